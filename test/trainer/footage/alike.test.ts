import t from 'tap'
import { describeAlike } from '../../../trainer/footage/alike.js'
import { analyseFootage } from '../../../trainer/footage/analyse.js'
import { squares } from './footage.js'
import { block, movingFrames, toAndFro } from './moving.js'

const red = block(5, 5, [220, 40, 40])
const blue = block(7, 7, [40, 60, 230])

t.test('alike things in rows or columns of their own', async t => {
  const other = { blocks: [blue], corner: (n: number) => [32, toAndFro(0, 32, 5)(n)] as const }
  const inRows = movingFrames({
    things: [
      { blocks: [red], corner: n => [2, toAndFro(0, 34)(n)] },
      { blocks: [red], corner: n => [11, toAndFro(0, 34, 20)(n)] },
      { blocks: [red], corner: n => [20, toAndFro(0, 34, 47)(n)] },
      other,
    ],
  })
  const analysis = await analyseFootage(inRows.dataset, { seed: 0 })
  t.equal(analysis.things.length, 4)
  t.strictSame(describeAlike(analysis), ['p2, p3 and p4 look alike: told apart by the rows that each keeps to'])
  const inColumns = movingFrames({
    things: [
      { blocks: [red], corner: n => [toAndFro(0, 34)(n), 2] },
      { blocks: [red], corner: n => [toAndFro(0, 34, 20)(n), 30] },
    ],
  })
  t.strictSame(describeAlike(await analyseFootage(inColumns.dataset, { seed: 0 })), [
    'p1 and p2 look alike: told apart by the columns that each keeps to',
  ])
})

t.test('alike things that roam are told apart by their tracks, which is a doubt', async t => {
  const { dataset } = movingFrames({
    things: [
      { blocks: [red], corner: n => [toAndFro(0, 34)(n), toAndFro(0, 34, 3)(n)] },
      { blocks: [red], corner: n => [toAndFro(0, 34, 30)(n), toAndFro(0, 34, 60)(n)] },
    ],
  })
  t.match(describeAlike(await analyseFootage(dataset, { seed: 0 })), [
    /^doubt: p1 and p2 look alike: told apart by their tracks alone, and may be mixed up after they meet$/,
  ])
})

t.test('things of different colours or sizes are not alike', async t => {
  t.strictSame(describeAlike(await analyseFootage(squares().dataset, { seed: 0 })), [])
})
