import t from 'tap'
import { analyseFootage } from '../../../trainer/footage/analyse.js'
import { correctCues } from '../../../trainer/footage/correct.js'
import { findByMotion } from '../../../trainer/footage/motion/find.js'
import { createPause } from '../../../trainer/footage/pause.js'
import { squares } from './footage.js'
import { block, movingFrames, toAndFro } from './moving.js'

const walk = (row: number, start: number) => (n: number) => [row, toAndFro(0, 30, start)(n)] as const
const { dataset } = movingFrames({
  things: [
    { blocks: [block(8, 8, [220, 40, 40])], corner: walk(2, 0) },
    { blocks: [block(6, 6, [40, 60, 230])], corner: walk(14, 12) },
    { blocks: [block(4, 4, [240, 240, 240])], corner: walk(30, 25) },
  ],
})
const { frames, scene } = await analyseFootage(dataset, { seed: 0 })
const cues = await findByMotion(frames, scene, { objects: 12, all: false }, createPause())

t.test('a thing that is ignored is gone, the others keep their order', async t => {
  const { things } = await correctCues(cues, { ignore: ['p2'] })
  t.strictSame(things, [cues.things[0], cues.things[2]])
})

t.test('things that are merged are around both, in the place of the first', async t => {
  const corrected = await correctCues(cues, { merge: [['p1', 'p3']] })
  if (corrected.by !== 'motion') throw new Error('expected motion')
  const [merged, other] = corrected.things
  t.equal(corrected.things.length, 2)
  t.equal(other, cues.things[1])
  const [a, b] = [cues.things[0]!.boxes[100]!, cues.things[2]!.boxes[100]!]
  t.strictSame(merged!.boxes[100], {
    top: Math.min(a.top, b.top),
    bottom: Math.max(a.bottom, b.bottom),
    left: Math.min(a.left, b.left),
    right: Math.max(a.right, b.right),
  })
  t.ok(merged!.extent[0] >= Math.abs(a.top - b.top) + 4, 'its extent holds both')
  t.ok(Math.abs(merged!.energy - cues.things[0]!.energy - cues.things[2]!.energy) < 1e-9, 'so does its energy')
})

t.test('what can not be corrected so is refused, with the names that there are', async t => {
  const cases = [
    [{ ignore: ['p9'] }, /names of things \(p1, p2, p3\) for --ignore but received "p9"/],
    [{ merge: [['p1', 'ball']] }, /names of things \(p1, p2, p3\) for --merge but received "ball"/],
    [{ merge: [['p1']] }, /two or more things, as in p1,p2 for --merge but received "p1"/],
    [{ merge: [['p1', 'p2']], ignore: ['p2'] }, /each thing once for --merge, --split and --ignore but received p2 twice/],
    [{ split: [{ name: 'p9', parts: 2 }] }, /names of things \(p1, p2, p3\) for --split but received "p9"/],
    [{ split: [{ name: 'p1', parts: 1 }] }, /two or more parts, as in p1=3 for --split but received "p1=1"/],
    [{ split: [{ name: 'p1', parts: NaN }] }, /two or more parts, as in p1=3 for --split but received "p1=NaN"/],
    [{ split: [{ name: 'p2', parts: 2 }], ignore: ['p2'] }, /each thing once .* but received p2 twice/],
    [
      { split: [{ name: 'p2', parts: 2 }] },
      /a thing that falls into 2 parts for --split but received p2, which is one connected region .* Take frames in/,
    ],
    [{ ignore: ['p1', 'p2', 'p3'] }, /a thing that is left for --ignore but received all of them/],
  ] as const
  for (const [corrections, message] of cases) {
    await t.rejects(correctCues(cues, corrections), { code: 'PVAE_CONFIG_INVALID', message })
  }
  const unordered = { seed: 0, corrections: { split: [{ name: 'p1', parts: 2 }] } }
  await t.rejects(analyseFootage(squares().dataset, unordered), {
    code: 'PVAE_CONFIG_INVALID',
    message: /frames in order, .* for --split but received frames without order/,
  })
  await t.rejects(analyseFootage(squares().dataset, { seed: 0, corrections: { merge: [['p1', 'p2']] } }), {
    code: 'PVAE_CONFIG_INVALID',
    message: /frames in order, .* for --merge but received frames without order/,
  })
})

t.test('a thing that is split gives its place to its parts, and the others follow', async t => {
  const corner = (n: number) => [3, toAndFro(0, 26)(n)] as const
  const { dataset } = movingFrames({
    height: 48,
    things: [
      // One thing of three parts, of which the uppermost moves a little by itself.
      { blocks: [block(6, 6, [220, 40, 40], [6, 2]), block(5, 3, [40, 60, 230], [14, 3])], corner },
      {
        blocks: [block(4, 4, [240, 230, 80])],
        corner: n => [3 + Math.round(Math.sin(n / 3)), corner(n)[1] + 3 + Math.round(1.4 * Math.sin(n / 5))],
      },
      { blocks: [block(5, 5, [240, 240, 240])], corner: n => [38, toAndFro(0, 34, 20)(n)] },
    ],
  })
  const { things: whole } = await analyseFootage(dataset, { seed: 0 })
  t.equal(whole.length, 2, 'the three parts are one thing')
  const p1 = whole[0]!
  const corrections = { split: [{ name: 'p1', parts: 2 }] }
  const { things, cues } = await analyseFootage(dataset, { seed: 0, corrections })
  t.equal(things.length, 3)
  const [body, head, other] = things
  t.ok(head!.extent[0] < 8, `the head comes off first: ${head!.extent.join(' × ')}`)
  t.ok(body!.extent[0] > 12, `the others stay together: ${body!.extent.join(' × ')}`)
  t.ok(Math.abs(body!.energy + head!.energy - p1.energy) < 1e-9, 'they share the energy')
  t.strictSame(other!.mean.map(Math.round), whole[1]!.mean.map(Math.round))
  t.notOk('divide' in cues, 'what was needed for that is not kept')
  const three = await analyseFootage(dataset, { seed: 0, corrections: { split: [{ name: 'p1', parts: 3 }] } })
  t.strictSame(three.things.length, 4, 'the other two come apart as well where three are asked for')
})

t.test('things that were taken for one since they are never seen at once are split by their tracks', async t => {
  const turn = (n: number) => Math.floor(n / 50) % 2
  const { dataset } = movingFrames({
    count: 500,
    things: [
      { blocks: [block(5, 7, [220, 40, 40])], corner: n => turn(n) === 0 ? [4, n % 50 - 8] : undefined },
      { blocks: [block(5, 7, [220, 40, 40])], corner: n => turn(n) === 1 ? [28, n % 50 - 8] : undefined },
    ],
  })
  const { things: [joined, ...others] } = await analyseFootage(dataset, { seed: 0 })
  t.strictSame(others, [])
  t.ok(joined!.variance[0] > 100, 'one that is here and there')
  const { things } = await analyseFootage(dataset, { seed: 0, corrections: { split: [{ name: 'p1', parts: 2 }] } })
  t.strictSame(things.map(({ mean: [row] }) => Math.round(row)).sort((a, b) => a - b), [7, 31])
})
