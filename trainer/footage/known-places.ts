/** Where the things of footage are in images that a model is measured on, without asking the model. */
import { pixelCount } from '@partition-vae/models'
import type { LayeredModelConfig, SpritePartition } from '../config/layered-schema.js'
import type { KeyPointsConfig } from '../config/objective-schema.js'
import type { RunConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import { batchesOf, sampleIndices } from '../measure/batches.js'
import type { KnownPlaces } from '../measure/things/known-places.js'
import { MOST_IMAGES } from '../measure/things/measure.js'
import { keyPointPartitions } from '../objective/key-points.js'
import { createLocate } from './locate.js'
import { unpackPlaces } from './places.js'

const BATCH = 64

/**
 * Finds the places of things in at most 256 images: by the tracks of the analysis, which are of training images, or in
 * test images by their colours. Undefined for a model that was trained without either.
 * @throws TrainerError PVAE_CONFIG_INVALID for tracks that are none, or still images of another shape
 */
export async function findKnownPlaces (
  { model, objective: { keyPoints } }: Pick<RunConfig, 'model' | 'objective'>,
  { train, test }: { readonly train: ImageDataset; readonly test: ImageDataset }
): Promise<KnownPlaces | undefined> {
  if (model.architecture !== 'layered' || keyPoints === undefined) return undefined
  const partitions = keyPointPartitions(keyPoints)
  const things = { partitions, extents: partitions.map(name => extentOf(model, name)) }
  return keyPoints.tracks === undefined
    ? { ...things, split: 'test', source: test, ...await byColours(keyPoints, test) }
    : { ...things, split: 'training', source: train, ...byTracks(keyPoints.tracks, train) }
}

function extentOf ({ partitions }: LayeredModelConfig, name: string): readonly [height: number, width: number] {
  const { rows, columns, cell } = partitions.find(
    (partition): partition is SpritePartition => partition.name === name && partition.kind === 'sprite'
  )!
  return [rows * cell, columns * cell]
}

function byTracks (
  { partitions, places: text }: NonNullable<KeyPointsConfig['tracks']>,
  { count }: ImageDataset
): Pick<KnownPlaces, 'indices' | 'places'> {
  const { indices, places } = unpackPlaces(text, 'objective.keyPoints.tracks.places', partitions.length)
  const among = indices.filter(index => index < count).length
  const rows = sampleIndices(among, MOST_IMAGES)
  const size = 2 * partitions.length
  const chosen = new Float32Array(rows.length * size)
  rows.forEach((row, i) => chosen.set(places.subarray(row * size, (row + 1) * size), i * size))
  return { indices: rows.map(row => indices[row]!), places: chosen }
}

async function byColours (
  config: KeyPointsConfig,
  dataset: ImageDataset
): Promise<Pick<KnownPlaces, 'indices' | 'places'>> {
  const { shape, count } = dataset
  const locate = createLocate(config, shape, count)
  const indices = sampleIndices(count, MOST_IMAGES)
  const things = keyPointPartitions(config).length
  const places = new Float32Array(indices.length * things * 2)
  for (const { start, indices: some } of batchesOf(indices, BATCH)) {
    const images = new Uint8Array(some.length * pixelCount(shape))
    await dataset.read(some, images)
    const points = locate(images, some) // [n, T, 3]
    for (let i = 0; i < some.length * things; i++) {
      const [row, column, weight] = points.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number]
      places.set(
        weight === 0 ? [NaN, NaN] : [row * shape.height, column * shape.width],
        (start * things + i) * 2
      )
    }
  }
  return { indices, places }
}
