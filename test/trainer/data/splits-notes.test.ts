import t from 'tap'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import { notesOn } from '../../../trainer/data/splits-notes.js'

const images = (count: number, labels?: readonly number[]): ImageDataset =>
  createMemoryDataset({
    name: 'x',
    shape: { height: 1, width: 1, channels: 1 },
    images: new Uint8Array(count),
    labels: labels && Uint8Array.from(labels),
  })
const withFactors = (dataset: ImageDataset, values: readonly number[]): ImageDataset => ({
  ...dataset,
  factors: { names: ['a/x', 'y'], groups: { a: ['a/x'], y: ['y'] }, values: Float64Array.from(values) },
})

t.test('factors that do not vary in a split', async t => {
  const [train, test] = [
    withFactors(images(3), [1, 5, 2, 6, 3, 7]),
    withFactors(images(2), [4, 1700000001, 9, 1700000001]),
  ]
  t.strictSame(notesOn({ train, test }), [
    "y is 1700000001 in all 2 test images: what partitions know of it can't be measured.",
  ])
  t.strictSame(notesOn({ train: test, test: train }), [
    "y is 1700000001 in all 2 training images: what partitions know of it can't be learned from labels.",
  ])
  t.strictSame(notesOn({ train, test: train }), [])
})

t.test('classes that a split lacks', async t => {
  t.strictSame(notesOn({ train: images(4, [0, 0, 1, 1]), test: images(2, [0, 1]) }), [])
  t.strictSame(
    notesOn({ train: images(2, [0, 1]), test: { ...images(3, [0, 1, 2]), labelNames: ['a', 'b', 'c'] } }),
    ['class 2 has one image, and none of them among the training images.']
  )
  const named = { ...images(3, [0, 1, 2]), labelNames: ['a', 'b', 'c'] }
  t.strictSame(notesOn({ train: named, test: images(2, [0, 1]) }), [
    'class c has one image, and none of them among the test images.',
  ])
  t.strictSame(notesOn({ train: named, test: images(2, [3, 4]) }).length, 5)
  t.strictSame(notesOn({ train: images(6, [0, 1, 2, 3, 4, 5]), test: images(1, [6]) }), [
    '7 of 7 classes have images on one side of the split only.',
  ])
  t.strictSame(notesOn({ train: images(2, [3, 3]), test: images(1, [3]) }), [
    "all images are of one class: how partitions tell classes apart can't be measured.",
  ])
  t.strictSame(notesOn({ train: images(2), test: images(2) }), [])
})
