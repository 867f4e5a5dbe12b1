/** Whether each partition holds its own thing, where the places of things are known. */
import { copyPartition, latentSizeOf, pixelCount, type ImageShape, type Partition } from '@partition-vae/models'
import type { InferenceGraphs } from '../../engine/engine.js'
import { createRandom } from '../../random/index.js'
import { batchesOf, decodeChecked, readImages, type EvaluationProgress } from '../batches.js'
import { RunningMoments } from '../moments.js'
import { explainedShare } from './dependence.js'
import { boxAround, isInside, maskOf, placeOf, type Box, type KnownPlaces } from './known-places.js'
import { behindOf, centreOf, drawLayersOf, imagesAtOnce, type Layers, type Roles } from './layers.js'
import type { Thing } from './schema.js'

export interface OwnThingsOptions {
  readonly inference: InferenceGraphs
  readonly partitions: readonly Partition[]
  readonly roles: Roles
  readonly known: KnownPlaces
  /** Posterior means of the images with known places, [n, D]. */
  readonly means: Float32Array
  /** Pairs the images. */
  readonly seed: number
  readonly progress?: EvaluationProgress | undefined
}

/** Images with the place of a thing that tell something about it: fewer fit any regression. */
export const FEWEST_IMAGES = 20

/** Images in which a thing is swapped, at most: each costs a picture. */
const MOST_SWAPS = 100

/** A thing, the partition that is to hold it, and the images in which its place is known. */
interface Followed {
  readonly partition: Partition
  readonly index: number
  readonly thing: number
  /** Image by image, another one with a known place. */
  readonly partners: ReadonlyMap<number, number>
  /** The images in which it is swapped. */
  readonly swapped: ReadonlySet<number>
  readonly sums: Sums
}

/** Sums over images. */
interface Sums {
  change: number
  changeInside: number
  area: number
  follows: number
  followsOther: number
  error: number
  energy: number
}

/** Measures each partition whose thing is known in at least 20 images. → by name */
export async function measureOwnThings (options: OwnThingsOptions): Promise<Record<string, Thing>> {
  const { inference, partitions, roles, known, means, progress } = options
  const { shape } = known.source
  const latentSize = latentSizeOf(partitions)
  const followed = followedThings(options)
  if (followed.length === 0) return {}
  const rows = Uint32Array.from(known.indices.keys())
  for (const { start, indices } of batchesOf(rows, imagesAtOnce(roles, shape))) {
    const latent = means.slice(start * latentSize, (start + indices.length) * latentSize)
    const decoded = await decodeChecked(inference, latent, indices.length, shape)
    const seen = {
      images: await readImages(known.source, known.indices.subarray(start, start + indices.length)),
      decoded,
      layers: await drawLayersOf(inference, latent, roles, shape),
    }
    for (const of of followed) {
      const those = indices.filter(row => of.partners.has(row))
      for (const row of those) look(row - start, row, of, known, seen)
      await swap(those.filter(row => of.swapped.has(row)), start, decoded, of, options)
    }
    progress?.('swaps of tracked things', start + indices.length, rows.length, 'images')
  }
  return Object.fromEntries(followed.map(of => [of.partition.name, summed(of, options)]))
}

function followedThings ({ partitions, known, seed }: OwnThingsOptions): Followed[] {
  return known.partitions.flatMap((name, thing): Followed[] => {
    const index = partitions.findIndex(partition => partition.name === name)
    const rows = Uint32Array.from(known.indices.keys()).filter(row => placeOf(known, row, thing) !== undefined)
    if (index < 0 || rows.length < FEWEST_IMAGES) return []
    const order = createRandom(seed, 'own-things', thing).shuffle(rows)
    const partners = new Map(Array.from(order, (row, i) => [row, order[(i + 1) % order.length]!]))
    const sums = { change: 0, changeInside: 0, area: 0, follows: 0, followsOther: 0, error: 0, energy: 0 }
    const swapped = new Set(order.slice(0, MOST_SWAPS))
    return [{ partition: partitions[index]!, index, thing, partners, swapped, sums }]
  })
}

const boxOf = (known: KnownPlaces, row: number, thing: number): Box =>
  boxAround(placeOf(known, row, thing)!, known.extents[thing]!, known.source.shape)

/** Looks whether the n-th image of a batch has the thing drawn where it is, and how well. */
function look (
  n: number,
  row: number,
  { index, thing, partners, sums }: Followed,
  known: KnownPlaces,
  { images, decoded, layers }: { images: Float32Array; decoded: Float32Array; layers: Layers }
): void {
  const box = boxOf(known, row, thing)
  const centre = centreOf(layers, n, index)
  if (centre !== undefined) {
    sums.follows += Number(isInside(box, centre))
    sums.followsOther += Number(isInside(boxOf(known, partners.get(row)!, thing), centre))
  }
  const { shape } = layers
  const [behind, size, { channels }] = [behindOf(layers, n), pixelCount(shape), shape]
  maskOf([box], shape).forEach((isIn, pixel) => {
    if (isIn === 0) return
    for (let i = pixel * channels; i < (pixel + 1) * channels; i++) {
      sums.error += (images[n * size + i]! - decoded[n * size + i]!) ** 2
      sums.energy += (images[n * size + i]! - behind[i]!) ** 2
    }
  })
}

/** Takes the partition from each image's partner, and sees where the picture changes. */
async function swap (
  rows: Uint32Array,
  start: number,
  decoded: Float32Array,
  { partition, thing, partners, sums }: Followed,
  { inference, partitions, known, means }: OwnThingsOptions
): Promise<void> {
  if (rows.length === 0) return
  const [{ shape }, latentSize] = [known.source, latentSizeOf(partitions)]
  const latents = new Float32Array(rows.length * latentSize)
  rows.forEach((row, i) => {
    latents.set(means.subarray(row * latentSize, (row + 1) * latentSize), i * latentSize)
    copyPartition(partition, means, partners.get(row)! * latentSize, latents, i * latentSize)
  })
  const swapped = await decodeChecked(inference, latents, rows.length, shape)
  const size = pixelCount(shape)
  rows.forEach((row, i) => {
    addChange(
      sums,
      swapped.subarray(i * size, (i + 1) * size),
      decoded.subarray((row - start) * size, (row - start + 1) * size),
      [boxOf(known, row, thing), boxOf(known, partners.get(row)!, thing)],
      shape
    )
  })
}

/** Adds the squared change between two pictures [H, W, C], and what of it is inside boxes. */
function addChange (
  sums: Pick<Sums, 'change' | 'changeInside' | 'area'>,
  a: Float32Array,
  b: Float32Array,
  boxes: readonly Box[],
  shape: ImageShape
): void {
  const mask = maskOf(boxes, shape)
  a.forEach((value, i) => {
    const change = (value - b[i]!) ** 2
    sums.change += change
    if (mask[Math.floor(i / shape.channels)] === 1) sums.changeInside += change
  })
  sums.area += mask.reduce((sum, isIn) => sum + isIn, 0) / mask.length
}

function summed ({ partition, thing, partners, swapped, sums }: Followed, options: OwnThingsOptions): Thing {
  const { partitions, known, means } = options
  const count = partners.size
  const latentSize = latentSizeOf(partitions)
  const moments = new RunningMoments(latentSize + 2)
  for (const row of partners.keys()) {
    moments.add(Float32Array.of(
      ...means.subarray(row * latentSize, (row + 1) * latentSize),
      ...placeOf(known, row, thing)!
    ))
  }
  const covariance = moments.covariance()
  const place = ({ offset, size }: Partition) =>
    explainedShare(covariance, Array.from({ length: size }, (_, i) => offset + i), [latentSize, latentSize + 1])
  return {
    images: count,
    swapInside: sums.change > 0 ? sums.changeInside / sums.change : 0,
    swapByChance: sums.area / swapped.size,
    follows: sums.follows / count,
    followsByChance: sums.followsOther / count,
    place: place(partition),
    otherPlace: Math.max(0, ...partitions.filter(other => other !== partition).map(place)),
    reconstructed: sums.energy > 0 ? 1 - sums.error / sums.energy : 0,
  }
}
