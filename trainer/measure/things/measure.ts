/** Checks without known truth what a layered model claims: that each thing has its partition. */
import { latentSizeOf, type Partition } from '@partition-vae/models'
import type { PartitionKinds } from '../../config/partition-kinds.js'
import type { InferenceGraphs } from '../../engine/engine.js'
import {
  batchesOf,
  encodeChecked,
  readImages,
  sampleIndices,
  type EvaluationProgress,
  type ImageSource,
} from '../batches.js'
import { RunningMoments } from '../moments.js'
import { NotMeasurable, type NotMeasured } from '../not-measured.js'
import { dependenceBetween, dependentPairs } from './dependence.js'
import { placeOf, type KnownPlaces } from './known-places.js'
import { rolesOf } from './layers.js'
import { FEWEST_IMAGES, measureOwnThings } from './own-things.js'
import type { Dependence, Things } from './schema.js'
import { measureUnexplained } from './unexplained.js'

export interface ThingsOptions {
  readonly inference: InferenceGraphs
  readonly test: ImageSource
  readonly partitions: readonly Partition[]
  readonly kinds: PartitionKinds
  /** Without it, what needs places is left out. */
  readonly known?: KnownPlaces | undefined
  /** Test images at most. */
  readonly limit?: number | undefined
  readonly seed: number
  readonly progress?: EvaluationProgress | undefined
}

/** Images that are looked at: each is decoded once a partition. */
export const MOST_IMAGES = 256
const MOST_PAIRS = 3
const BATCH = 64

/** Tells whether a model draws its partitions apart, before a background. */
export function drawsThings ({ inference, partitions, kinds }: Omit<ThingsOptions, 'test' | 'seed'>): boolean {
  return inference.layers !== undefined && rolesOf(partitions, kinds) !== undefined
}

/**
 * Measures on at most 256 images of each split.
 * @param notMeasured is told of things whose places are known in too few images
 * @throws NotMeasurable for a model that does not draw its partitions apart
 */
export async function measureThings (options: ThingsOptions, notMeasured: NotMeasured): Promise<Things> {
  const { inference, test, partitions, kinds, known, limit = Infinity, progress } = options
  const roles = rolesOf(partitions, kinds)
  if (roles === undefined || !drawsThings(options)) throw new NotMeasurable('expected a model with layers')
  const indices = sampleIndices(test.count, Math.min(limit, MOST_IMAGES))
  const split = known ?? { split: 'test', source: test, indices } as const
  const means = await encodeAll(options, split.source, split.indices)
  const things = known === undefined ? {} : await measureOwnThings({ ...options, roles, known, means })
  for (const name of known?.partitions ?? []) {
    if (name in things || !kinds.has(name)) continue
    notMeasured[`things.partitions.${name}`] =
      `expected the place of its thing in at least ${FEWEST_IMAGES} of ${split.indices.length} images but found fewer`
  }
  return {
    split: split.split,
    images: split.indices.length,
    partitions: things,
    dependence: dependenceOf(means, roles.foreground.map(index => partitions[index]!), known, latentSizeOf(partitions)),
    unexplained: await measureUnexplained({ inference, dataset: test, partitions, roles, indices, progress }),
  }
}

/** → posterior means, [n, D] */
async function encodeAll (
  { inference, partitions }: ThingsOptions,
  source: ImageSource,
  indices: Uint32Array
): Promise<Float32Array> {
  const latentSize = latentSizeOf(partitions)
  const means = new Float32Array(indices.length * latentSize)
  for (const { start, indices: some } of batchesOf(indices, BATCH)) {
    const { mean } = await encodeChecked(inference, await readImages(source, some), some.length, latentSize)
    means.set(mean, start * latentSize)
  }
  return means
}

function dependenceOf (
  means: Float32Array,
  partitions: readonly Partition[],
  known: KnownPlaces | undefined,
  latentSize: number
): Dependence[] {
  // A regression on as many units as images would explain anything.
  if (means.length / latentSize < Math.max(FEWEST_IMAGES, 2 * latentSize)) return []
  const moments = new RunningMoments(latentSize)
  moments.add(means)
  return dependentPairs(moments.covariance(), partitions).slice(0, MOST_PAIRS).map(({ partitions: pair, r2 }) => ({
    partitions: pair,
    r2,
    places: known === undefined ? null : placesDependence(pair, known),
  }))
}

/** Computes how much the places of two things tell of each other; null where they are hardly ever known together. */
function placesDependence (pair: readonly [string, string], known: KnownPlaces): number | null {
  const [a, b] = pair.map(name => known.partitions.indexOf(name)) as [number, number]
  if (a < 0 || b < 0) return null
  const moments = new RunningMoments(4)
  known.indices.forEach((_, row) => {
    const [first, second] = [placeOf(known, row, a), placeOf(known, row, b)]
    if (first !== undefined && second !== undefined) moments.add(Float32Array.of(...first, ...second))
  })
  return moments.count < FEWEST_IMAGES ? null : dependenceBetween(moments.covariance(), [0, 1], [2, 3])
}
