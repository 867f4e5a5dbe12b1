import t from 'tap'
import { describeDataset } from '../../../../trainer/cli/terminal/describe-dataset.js'
import type { ImageDataset } from '../../../../trainer/data/dataset.js'
import { createMemoryDataset } from '../../../../trainer/data/memory.js'

/** A split of images of one pixel, each with a time and the place of a ball. */
function split (name: string, first: number, count: number): ImageDataset {
  const shape = { height: 1, width: 1, channels: 1 }
  return {
    ...createMemoryDataset({ name, shape, images: new Uint8Array(count) }),
    factors: {
      names: ['time', 'ball/x'],
      groups: { time: ['time'], ball: ['ball/x'] },
      values: Float64Array.from({ length: 2 * count }, (_, i) => {
        const image = first + Math.floor(i / 2)
        return i % 2 === 0 ? 1700000000 + image : (image % 7) / 10
      }),
    },
  }
}

t.test('factors: as many different values as there are, and the true extremes, over both splits', async t => {
  const data = { train: split('x/train', 0, 42), test: split('x/test', 42, 18), skipped: [] }
  t.strictSame(describeDataset(data), [
    'train    x/train: 42 images of 1×1×1',
    'test     x/test: 18 images of 1×1×1',
    'factors  time: time 1700000000 to 1700000059 (60 different values)',
    'factors  ball: x 0 to 0.6 (7 different values)',
  ])
})

t.test('a single value has no range to round by', async t => {
  const data = { train: split('x/train', 3, 1), test: split('x/test', 3, 1), skipped: [] }
  t.equal(describeDataset(data)[3], 'factors  ball: x 0.3 to 0.3 (1 different value)')
})
