import t, { type Test } from 'tap'
import { findByMotion } from '../../../../trainer/footage/motion/find.js'
import { findScene } from '../../../../trainer/footage/scene.js'
import { block, movingFrames, toAndFro, type MovingOptions, type MovingThing } from '../moving.js'

const pause = () => undefined

async function find (options: MovingOptions, objects?: number) {
  const { frames } = movingFrames(options)
  const scene = await findScene(frames, false, 0, pause)
  const asked = { objects: objects ?? 12, all: objects !== undefined }
  return await findByMotion(frames, scene, asked, pause)
}

/** In which share of the frames in which a thing is there, each of those found is where it is: [things][found]. */
function hits (
  things: readonly MovingThing[],
  found: Awaited<ReturnType<typeof find>>['things'],
  count = 300
): number[][] {
  return things.map(({ blocks, corner }) => found.map(({ boxes }) => {
    const height = Math.max(...blocks.map(({ at, size }) => at[0] + size[0]))
    const width = Math.max(...blocks.map(({ at, size }) => at[1] + size[1]))
    let [there, near] = [0, 0]
    for (let n = 0; n < count; n++) {
      const place = corner(n)
      if (place === undefined) continue
      there++
      const box = boxes[n]
      if (box === undefined) continue
      const off = Math.hypot(
        (box.top + box.bottom - height) / 2 - place[0],
        (box.left + box.right - width) / 2 - place[1]
      )
      if (off <= Math.hypot(height, width) / 2) near++
    }
    return near / there
  }))
}

/** Asserts that each thing is found once, in so many of its frames. */
function eachOnce (t: Test, things: readonly MovingThing[], found: Awaited<ReturnType<typeof find>>, least = 0.95) {
  t.equal(found.things.length, things.length, 'as many as there are')
  const shares = hits(things, found.things)
  const of = shares.map(share => share.indexOf(Math.max(...share)))
  t.equal(new Set(of).size, things.length, 'each thing has one of its own')
  shares.forEach((share, i) => t.ok(share[of[i]!]! >= least, `thing ${i} in ${share[of[i]!]} of its frames`))
}

const person: MovingThing = {
  blocks: [
    block(4, 4, [220, 180, 150]),
    block(8, 4, [200, 40, 40], [4, 0]),
    block(6, 4, [40, 40, 60], [12, 0]),
  ],
  corner: n => [10, toAndFro(2, 30)(n)],
}

t.test('a thing of three colours is one, and things of one colour are many', async t => {
  const lanes = [4, 14, 24, 34].map((row, i): MovingThing => ({
    blocks: [block(3, 5, [230, 220, 60])],
    corner: n => [row, toAndFro(0, 34, 9 * i, 1 + i % 2)(n)],
  }))
  eachOnce(t, [person], await find({ things: [person] }))
  const four = await find({ things: lanes })
  eachOnce(t, lanes, four)
  t.ok(four.unexplained < 0.02, `${four.unexplained} of what moves is in no thing`)
})

t.test('parts that are a gap apart and move together are one thing; parts that part are two', async t => {
  const flag: MovingThing = {
    blocks: [block(4, 4, [220, 40, 40]), block(4, 4, [240, 240, 240], [0, 6])],
    corner: n => [toAndFro(4, 30)(n), toAndFro(2, 26, 7)(n)],
  }
  eachOnce(t, [flag], await find({ things: [flag] }))
  const apart: MovingThing[] = [4, 24].map((column, i) => ({
    blocks: [block(5, 5, [220, 40, 40])],
    corner: n => [toAndFro(4, 30, 11 * i, 1 + i)(n), column],
  }))
  eachOnce(t, apart, await find({ things: apart }))
})

t.test('things that pass over one another are followed through', async t => {
  const things: MovingThing[] = [
    { blocks: [block(6, 6, [220, 40, 40])], corner: n => [16, toAndFro(0, 34)(n)] },
    { blocks: [block(6, 6, [40, 60, 230])], corner: n => [toAndFro(0, 34, 5)(n), 16] },
  ]
  eachOnce(t, things, await find({ things }), 0.97)
})

t.test('what leaves and comes back is the same thing', async t => {
  const visitor: MovingThing = {
    blocks: [block(5, 5, [220, 40, 40])],
    corner: n => n % 60 < 45 ? [8, n % 60 - 4] : undefined,
  }
  eachOnce(t, [visitor], await find({ things: [visitor] }), 0.9)
})

t.test('lamps that switch are no things, even those that look like one', async t => {
  const runner: MovingThing = { blocks: [block(5, 5, [220, 40, 40])], corner: n => [30, toAndFro(0, 34)(n)] }
  const lamp: MovingThing = {
    blocks: [block(4, 4, [250, 250, 120])],
    corner: n => Math.floor(n / 40) % 2 === 0 ? [4, 4] : undefined,
  }
  const lookalike: MovingThing = {
    blocks: [block(5, 5, [220, 40, 40])],
    corner: n => Math.floor(n / 50) % 3 === 0 ? [4, 30] : undefined,
  }
  const found = await find({ things: [runner, lamp, lookalike] })
  eachOnce(t, [runner], found)
  t.ok(found.unexplained < 0.1, `they belong to the background: ${found.unexplained} is left over`)
})

t.test('noise makes no things', async t => {
  eachOnce(t, [person], await find({ things: [person], noise: 4 }))
})

t.test('as many things as are asked for, those of most energy first', async t => {
  const things: MovingThing[] = [
    { blocks: [block(3, 3, [220, 40, 40])], corner: n => [4, toAndFro(0, 34)(n)] },
    { blocks: [block(8, 8, [40, 60, 230])], corner: n => [24, toAndFro(0, 30, 9)(n)] },
  ]
  const one = await find({ things }, 1)
  t.equal(one.things.length, 1)
  t.ok(hits([things[1]!], one.things)[0]![0]! > 0.95, 'the larger')
  t.equal((await find({ things }, 5)).things.length, 2, 'what does not move is not made up')
})

t.test('a thing that is hidden for a few frames went straight on, but not from one clip into another', async t => {
  const corner = (n: number) => [16, toAndFro(0, 34)(n)] as const
  const blinking: MovingThing = {
    blocks: [block(6, 6, [220, 40, 40])],
    corner: n => n % 50 >= 20 && n % 50 < 24 ? undefined : corner(n),
  }
  const { frames } = movingFrames({ things: [blinking] })
  const scene = await findScene(frames, false, 0, pause)
  const places = async (indices: Uint32Array) => {
    const { things } = await findByMotion({ ...frames, indices }, scene, { objects: 1, all: false }, pause)
    return things[0]!.boxes
  }
  const whole = await places(frames.indices)
  for (const n of [121, 122]) {
    const [row, column] = corner(n)
    t.ok(Math.abs(whole[n]!.top - row) <= 1 && Math.abs(whole[n]!.left - column) <= 1, `where it must be in frame ${n}`)
  }
  // The same frames, as if others had been left out in the midst of where it is hidden.
  const cut = await places(frames.indices.map(n => n < 122 ? n : n + 5000))
  t.equal(cut[121], undefined, 'before the cut')
  t.equal(cut[122], undefined, 'after the cut')
  t.strictSame(cut[172], whole[172], 'elsewhere as before')
})

t.test('frames in which all flashes say nothing', async t => {
  const runner: MovingThing = { blocks: [block(5, 5, [220, 40, 40])], corner: n => [30, toAndFro(0, 34)(n)] }
  const flash: MovingThing = {
    blocks: [block(40, 40, [250, 250, 250])],
    corner: n => n % 60 === 59 ? [0, 0] : undefined,
  }
  const found = await find({ things: [runner, flash] })
  t.equal(found.things.length, 1, 'the runner')
  t.ok(found.unexplained < 0.02, `${found.unexplained} of what moves is in no thing`)
})

t.test('two that change sides keep their names', async t => {
  const player = (colour: readonly [number, number, number], first: number): MovingThing => ({
    blocks: [block(7, 4, colour)],
    corner: n => [(Math.floor(n / 60) + first) % 2 === 0 ? 3 : 28, toAndFro(4, 28)(n + 17 * first)],
  })
  const things = [player([220, 60, 50], 0), player([60, 80, 220], 1)]
  eachOnce(t, things, await find({ things, count: 300 }), 0.93)
})

t.test('of a swarm of things that look alike and meet, most are found, and how many more there are', async t => {
  const swarm = Array.from({ length: 40 }, (_, i): MovingThing => ({
    blocks: [block(4, 4, [200 + i, 60, 60])],
    corner: n => [toAndFro(0, 44, 5 * i, 1 + i % 2)(n), toAndFro(0, 60, 11 * i, 1 + i % 3)(n)],
  }))
  // Were they dealt out anew, as smaller families are, it would take minutes: longer than a test may.
  const found = await find({ things: swarm, count: 120, height: 48, width: 64 })
  t.equal(found.things.length, 12, 'as many things as may be')
  t.ok(found.more > 5, `${found.more} more`)
})
