import t from 'tap'
import { holdOutBlocks } from '../../../../trainer/data/video/split.js'

/** Runs of consecutive numbers: where each begins, and how long it is. */
function runsOf (test: ReadonlySet<number>): Array<[number, number]> {
  return [...test].filter(frame => !test.has(frame - 1)).map(first => {
    let length = 1
    while (test.has(first + length)) length++
    return [first, length]
  })
}

t.test('a tenth of a clip is held out, in blocks all over it', async t => {
  const { test, blocks } = holdOutBlocks(3000, 0.1, 0)
  t.equal(test.size, 300)
  t.equal(blocks, 10)
  const runs = runsOf(test)
  t.ok(runs.length >= 9, 'at most two blocks touch')
  t.ok(runs.every(([, length]) => length % 30 === 0), 'consecutive frames')
  t.ok(runs.every(([first], i) => i === 0 || first > runs[i - 1]![0]), 'in order')
  t.strictSame(holdOutBlocks(3000, 0.1, 0).test, test, 'always the same')
  t.notSame(holdOutBlocks(3000, 0.1, 1).test, test, 'another seed, other blocks')
})

t.test('short clips have fewer blocks, and at least two frames on each side', async t => {
  for (const [count, held, blocks] of [[400, 40, 5], [60, 6, 3], [20, 2, 1], [4, 2, 1]] as const) {
    const split = holdOutBlocks(count, 0.1, 0)
    t.equal(split.test.size, held, `${count} frames`)
    t.equal(split.blocks, blocks)
    t.ok([...split.test].every(frame => frame >= 0 && frame < count))
  }
  t.equal(holdOutBlocks(10, 0.99, 0).test.size, 8)
})
