import t from 'tap'
import { completeRequest } from '../../../trainer/config/resolve-request.js'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import { analyseFootage } from '../../../trainer/footage/analyse.js'
import { findKnownPlaces } from '../../../trainer/footage/known-places.js'
import { proposeConfig } from '../../../trainer/footage/propose.js'
import { placeOf } from '../../../trainer/measure/things/known-places.js'
import { layeredModel } from '../../helpers/layered-model.js'
import { squares } from './footage.js'
import { block, movingFrames, toAndFro } from './moving.js'

async function configFor (dataset: ImageDataset) {
  const analysis = await analyseFootage(dataset, { seed: 0 })
  const { height, width } = dataset.shape
  const request = {
    preset: 'footage',
    images: { directory: 'frames' },
    overrides: [['data.height', height], ['data.width', width]] as const,
  }
  return completeRequest(request, proposeConfig(analysis, { count: dataset.count, batchSize: 24 }))
}

t.test('of frames in order, by their tracks, in training images', async t => {
  const corner = (n: number) => [8, toAndFro(0, 34)(n)] as const
  const { dataset } = movingFrames({
    things: [
      { blocks: [block(6, 6, [220, 40, 40])], corner },
      { blocks: [block(5, 4, [40, 60, 230])], corner: n => [26, toAndFro(0, 36, 9)(n)] },
    ],
  })
  const test = squares({ count: 40 }).dataset
  const known = (await findKnownPlaces(await configFor(dataset), { train: dataset, test }))!
  t.match(known, { split: 'training', partitions: ['p1', 'p2'] })
  t.equal(known.source, dataset)
  t.equal(known.indices.length, 256, 'not all of 300')
  const which = [0, 1].find(thing => Math.abs(placeOf(known, 0, thing)![0] - 11) < 1)!
  known.indices.forEach((index, i) => {
    const place = placeOf(known, i, which)
    if (place === undefined) return
    const [row, column] = corner(index)
    t.ok(Math.hypot(place[0] - row - 3, place[1] - column - 3) < 1, `frame ${index}: ${place.join()}`)
  })
  const [height, width] = known.extents[which]!
  t.ok(height >= 6, `${height}`)
  t.ok(width <= 10, `${width}`)
})

t.test('of frames without order, by their colours, in test images', async t => {
  const { dataset } = squares()
  const { dataset: test, centres } = squares({ count: 60 })
  const known = (await findKnownPlaces(await configFor(dataset), { train: dataset, test }))!
  t.match(known, { split: 'test', partitions: ['p1', 'p2', 'p3'] })
  t.equal(known.source, test)
  t.equal(known.indices.length, 60)
  const near = Array.from({ length: 60 * 3 }, (_, i) => [Math.floor(i / 3), i % 3] as const).flatMap(([i, thing]) => {
    const place = placeOf(known, i, thing)
    if (place === undefined) return []
    const distances = centres[i]!.map(([row, column]) => Math.hypot(row - place[0], column - place[1]))
    return [Math.min(...distances) < 1]
  })
  t.ok(near.length > 90, `${near.length} places are known`)
  t.ok(near.filter(Boolean).length > 0.85 * near.length, `${near.filter(Boolean).length} of ${near.length} are right`)
})

t.test('a model that was trained without knows none', async t => {
  const { dataset } = squares({ count: 40 })
  t.equal(await findKnownPlaces({ model: layeredModel(), objective: {} as never }, { train: dataset, test: dataset }),
    undefined)
})
