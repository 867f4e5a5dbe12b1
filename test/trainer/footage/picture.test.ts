import sharp from 'sharp'
import t from 'tap'
import { analyseFootage } from '../../../trainer/footage/analyse.js'
import { findDoubts } from '../../../trainer/footage/doubts.js'
import { boxColourOf, drawThings } from '../../../trainer/footage/picture.js'
import { block, movingFrames, toAndFro } from './moving.js'

/** Counts the pixels of a colour in a PNG. */
async function count (png: Uint8Array, colour: readonly number[]): Promise<number> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  let found = 0
  for (let i = 0; i < data.length; i += info.channels) if (colour.every((value, c) => data[i + c] === value)) found++
  return found
}

const WHITE = [255, 255, 255]

t.test('what moves and is in no thing is said, and has dashes around it', async t => {
  const { dataset } = movingFrames({
    things: [
      { blocks: [block(6, 6, [220, 40, 40])], corner: n => [4, toAndFro(0, 34)(n)] },
      // Too seldom to be a thing: 12 of 300 frames.
      { blocks: [block(14, 10, [30, 30, 230])], corner: n => n >= 200 && n < 212 ? [20, 2 * (n - 200)] : undefined },
    ],
  })
  const analysis = await analyseFootage(dataset, { seed: 0 })
  const { cues } = analysis
  if (cues.by !== 'motion') throw new Error('expected motion')
  t.equal(cues.things.length, 1)
  t.match(findDoubts(analysis), [/^\d+% of what changes belongs to none of them: it has white dashes around it/])
  const marked = cues.rest.flatMap((regions, n) => regions.length > 0 ? [n] : [])
  t.strictSame(marked, Array.from({ length: 12 }, (_, i) => 200 + i))
  t.match(cues.rest[205], [{ top: 20, bottom: 34, left: 10, right: 20 }])
  const drawn = await drawThings(analysis)
  const without = await drawThings({ ...analysis, cues: { ...cues, rest: cues.rest.map(() => []) } })
  t.ok(await count(drawn, WHITE) > await count(without, WHITE) + 60, 'one of the frames that show it is drawn')
})

t.test('each thing has a box of its colour, with its name, and a place in the legend', async t => {
  t.strictSame([0, 1, 11, 12].map(boxColourOf), ['red', 'green', 'brown', 'red'])
  const things = [2, 12, 22, 32].map((row, i) => ({
    blocks: [block(4, 4, [200, 200, 200])],
    corner: (n: number) => [row, toAndFro(0, 34, 9 * i)(n)] as const,
  }))
  const analysis = await analyseFootage(movingFrames({ things }).dataset, { seed: 0 })
  const drawn = await drawThings(analysis)
  for (const colour of [[255, 60, 60], [60, 220, 60], [90, 130, 255], [255, 220, 40]]) {
    t.ok(await count(drawn, colour) > 12 * 20, `twelve boxes and names in ${colour.join(', ')}`)
  }
  t.equal(await count(drawn, [255, 80, 255]), 0, 'no fifth')
})

t.test('things that go the same way along a line are doubtful, though nothing varies across it', async t => {
  const walk = toAndFro(0, 30)
  const { dataset } = movingFrames({
    things: [
      { blocks: [block(5, 5, [220, 40, 40])], corner: n => [2, walk(n)] },
      { blocks: [block(4, 4, [40, 60, 230])], corner: n => [32, walk(n)] },
    ],
  })
  t.match(findDoubts(await analyseFootage(dataset, { seed: 0 })), [
    /^p1 and p2 go the same way \(their places correlate by 1\.000\) and may be one thing$/,
  ])
})
