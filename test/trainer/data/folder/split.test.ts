import t from 'tap'
import { holdOutImages, isTestImage } from '../../../../trainer/data/folder/split.js'

const paths = (count: number) => Array.from({ length: count }, (_, i) => `${i}.png`)

t.test('each image by its path alone, as long as both sides have enough', async t => {
  const { test, notes } = holdOutImages(paths(200), 0.2, 3)
  t.strictSame([...test], paths(200).filter(path => isTestImage(path, 0.2, 3)))
  t.strictSame(notes, [])
})

t.test('small sets keep two on each side, whatever the seed, and say so', async t => {
  for (let seed = 0; seed < 20; seed++) {
    for (const fraction of [0.1, 0.5, 0.99]) {
      for (const count of [4, 5, 9]) {
        const { test, notes } = holdOutImages(paths(count), fraction, seed)
        t.ok(test.size >= 2, `${test.size} of ${count} to test`)
        t.ok(test.size <= count - 2, `${test.size} of ${count} to test`)
        const placed = paths(count).filter(path => isTestImage(path, fraction, seed))
        if (placed.length >= 2 && placed.length <= count - 2) t.strictSame([[...test], notes], [placed, []])
        else {
          t.strictSame(notes, [
            `${test.size} of ${count} images are held out for testing: data.testFraction ${fraction} would hold out ` +
              `${placed.length}.`,
          ])
        }
        // Who is placed by the rule stays as far as possible.
        t.ok(
          placed.length < test.size
            ? placed.every(path => test.has(path))
            : [...test].every(path => placed.includes(path))
        )
      }
    }
  }
})

t.test('of two or three one is held out; of one and none, none', async t => {
  t.strictSame([0, 1, 2, 3].map(count => holdOutImages(paths(count), 1e-9, 0).test.size), [0, 0, 1, 1])
})
