import t from 'tap'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import { createLabelledSource } from '../../../trainer/fit/labelled-source.js'
import { bars } from './run-fixture.js'

const partitions = [{ name: 'shape' }, { name: 'light' }, { name: 'rest' }]
const labels = { count: 20, weight: 1, batchSize: 6, hidden: 4 }
const groups = { place: ['place/column', 'place/row'], brightness: ['brightness'] }

/** The bars, with factors that the pixels tell. */
function dataset (constant = false): ImageDataset {
  const inner = bars()
  const values = new Float64Array(56 * 3)
  for (let i = 0; i < 56; i++) values.set([i, constant ? 7 : i % 5, -2 * i], 3 * i)
  return { ...inner, factors: { names: ['place/column', 'place/row', 'brightness'], groups, values } }
}

t.test('batches of labelled images, drawn by seed and step, factors in standard deviations', async t => {
  const source = await createLabelledSource(dataset(), { labels, partitions, seed: 1 })
  t.strictSame(source.targets, [{ partition: 'shape', width: 2 }, { partition: 'light', width: 1 }])
  const first = source.read(3)
  t.equal(first.images.length, 6 * 16)
  t.equal(first.factors.length, 6 * 3)
  t.strictSame((await createLabelledSource(dataset(), { labels, partitions, seed: 1 })).read(3), first)
  t.notSame(source.read(4), first)
  t.notSame((await createLabelledSource(dataset(), { labels, partitions, seed: 2 })).read(3), first)
  // Column 0 is the image's number, column 2 its opposite: standardised, they add up to 0.
  const seen = new Map<number, Uint8Array>()
  for (let step = 0; step < 60; step++) {
    const { images, factors } = source.read(step)
    for (let i = 0; i < 6; i++) {
      t.ok(Math.abs(factors[3 * i]! + factors[3 * i + 2]!) < 1e-5)
      const picture = images.slice(16 * i, 16 * i + 16)
      t.strictSame(seen.get(factors[3 * i]!) ?? picture, picture, 'each image with its own factors')
      seen.set(factors[3 * i]!, picture)
    }
  }
  t.equal(seen.size, 20, 'no image but the labelled ones')
  const values = [...seen.keys()]
  t.ok(Math.abs(values.reduce((sum, value) => sum + value)) < 1e-4)
  t.ok(Math.abs(values.reduce((sum, value) => sum + value ** 2, 0) / 20 - 1) < 1e-4)
})

t.test('groups by name', async t => {
  const source = await createLabelledSource(dataset(), {
    labels: { ...labels, groups: { rest: 'place', shape: 'brightness' } },
    partitions,
    seed: 1,
  })
  t.strictSame(source.targets, [{ partition: 'shape', width: 1 }, { partition: 'rest', width: 2 }])
})

t.test('what a data set can\'t give is refused', async t => {
  const refused = (given: ImageDataset, message: RegExp, changes = {}) =>
    t.rejects(createLabelledSource(given, { labels: { ...labels, ...changes }, partitions, seed: 1 }), {
      code: 'PVAE_CONFIG_INVALID',
      message,
    })
  await refused(bars(), /a data set with known factors for objective\.labels but received bars\/train, which has none/)
  await refused(dataset(), /at most 56, the images of bars\/train, for objective\.labels\.count but received 57/, {
    count: 57,
  })
  await refused(
    dataset(),
    /a group of factors \(place, brightness\) for objective\.labels\.groups\.light but received "ball"/,
    { groups: { light: 'ball' } }
  )
  await refused(
    dataset(true),
    /factors that differ among the 20 labelled images for objective\.labels but received place\/row, which is 7 in all/
  )
})
