import { createHash } from 'node:crypto'
import { bytesFromUnit, type ImageShape } from '@partition-vae/models'
import { TrainerError } from '../../foundation/errors.js'
import { createRandom } from '../../random/index.js'
import type { TableTennisConfig } from '../source-config/drawn.js'
import { checkRead, type DataSplits, type Factors, type ImageDataset, type Pairs, type Scene } from '../dataset.js'
import { FACTORS, GROUPS, drawPartner, sampleFactors, scaleFactors, type GroupName } from './factors.js'
import { OBJECTS, checkSize, renderScene, type SceneOptions } from './render.js'

/**
 * To be raised with every change to what a scene looks like or how factors are drawn: runs on other scenes do not
 * resume.
 */
const DEFINITION = 1

/**
 * Pictures are drawn when they are first asked for (0.2 ms each at 64 × 48, where decoding a file takes 0.7) and kept
 * if all of a split fit in this: 20,000 RGB images of 64 × 48 are 184 MB. Beyond it they are drawn at every reading.
 */
const MAX_KEPT_BYTES = 256 * 2 ** 20

const K = FACTORS.length
const nameOf = (i: number): string => `${FACTORS[i]!.group}/${FACTORS[i]!.name}`
const names = FACTORS.map((_, i) => nameOf(i))
const groups = Object.fromEntries((Object.keys(GROUPS) as GroupName[]).map(group => [group, GROUPS[group].map(nameOf)]))

/**
 * Scenes of synthetic table tennis with known factors and objects, drawn by seed. Training and test scenes come from
 * different streams.
 * @throws TrainerError PVAE_CONFIG_INVALID for a size that is not 4:3
 */
export async function openTableTennis ({
  count,
  testCount,
  height,
  width,
  seed,
}: TableTennisConfig): Promise<DataSplits> {
  try {
    checkSize(height, width)
  } catch (error) {
    throw new TrainerError('PVAE_CONFIG_INVALID', (error as Error).message, { cause: error })
  }
  const shape = { height, width, channels: 3 }
  return {
    train: createSceneDataset({ stream: 'train', count, seed, shape }),
    test: createSceneDataset({ stream: 'test', count: testCount, seed, shape }),
    skipped: [],
  }
}

interface SceneDatasetOptions {
  readonly stream: 'train' | 'test'
  readonly count: number
  readonly seed: number
  readonly shape: ImageShape
  /** Bytes of pictures to keep in memory, all or none. */
  readonly maxKeptBytes?: number
}

export function createSceneDataset ({
  stream,
  count,
  seed,
  shape,
  maxKeptBytes = MAX_KEPT_BYTES,
}: SceneDatasetOptions): ImageDataset {
  const name = `table-tennis/${stream}`
  const { height, width } = shape
  const size = height * width * 3
  const values = new Float64Array(count * K)
  for (let i = 0; i < count; i++) values.set(scaleFactors(sampleFactors(seed, i, stream)), i * K)
  const factors: Factors = { names, groups, values }
  const rowOf = (index: number): Float32Array => Float32Array.from(values.subarray(index * K, (index + 1) * K))
  const keep = count * size <= maxKeptBytes
  // The operating system gives memory page by page, as pictures come to fill it.
  const kept = new Uint8Array(keep ? count * size : 0)
  const drawn = new Uint8Array(keep ? count : 0)

  function draw (row: Float32Array, out: Uint8Array): void {
    bytesFromUnit(renderScene(row, { height, width }).image, out)
  }

  /** @returns the picture's bytes in the memory that keeps them */
  function keptPicture (index: number): Uint8Array {
    const picture = kept.subarray(index * size, (index + 1) * size)
    if (drawn[index] === 0) {
      draw(rowOf(index), picture)
      drawn[index] = 1
    }
    return picture
  }

  const pairs: Pairs = {
    firsts: () => Uint32Array.from({ length: count }, (_, i) => i),
    async readPartners (firsts, { seed, epoch }, out) {
      checkRead({ name, count }, size, firsts, out)
      firsts.forEach((first, i) => {
        const { factors } = drawPartner(rowOf(first), createRandom(seed, 'partner', epoch, first))
        draw(factors, out.subarray(i * size, (i + 1) * size))
      })
    },
  }

  return {
    name,
    shape,
    count,
    // Seed and definition say what the pictures are: drawing all of them to hash them would take seconds.
    fingerprint: createHash('sha256')
      .update(JSON.stringify({ source: 'table-tennis', DEFINITION, stream, count, seed, height, width }))
      .digest('hex'),
    factors,
    scene: createScene({ height, width }),
    pairs,
    async read (indices, out) {
      checkRead({ name, count }, size, indices, out)
      indices.forEach((index, i) => {
        if (keep) out.set(keptPicture(index), i * size)
        else draw(rowOf(index), out.subarray(i * size, (i + 1) * size))
      })
    },
    async close () {},
  }
}

/** Scenes of one size. */
function createScene (size: Pick<SceneOptions, 'height' | 'width'>): Scene {
  const pixels = size.height * size.width
  const rows = (factors: Float32Array): Float32Array[] => {
    if (factors.length % K !== 0) {
      throw new TrainerError(
        'PVAE_INVALID_PARAMETER',
        `expected rows of ${K} numbers for the factors of scenes but received ${factors.length} in all`
      )
    }
    return Array.from({ length: factors.length / K }, (_, i) => factors.subarray(i * K, (i + 1) * K))
  }
  return {
    objects: OBJECTS.map(name => ({ name, group: name })),
    render (factors, { skip = [] } = {}) {
      const all = rows(factors)
      const out = new Uint8Array(all.length * pixels * 3)
      all.forEach((row, i) =>
        bytesFromUnit(renderScene(row, { ...size, skip }).image, out.subarray(i * pixels * 3, (i + 1) * pixels * 3))
      )
      return out
    },
    masks (factors) {
      const all = rows(factors)
      const masks = Object.fromEntries(OBJECTS.map(name => [name, new Float32Array(all.length * pixels)]))
      all.forEach((row, i) => {
        for (const [name, mask] of Object.entries(renderScene(row, { ...size, masks: true }).masks)) {
          masks[name]!.set(mask, i * pixels)
        }
      })
      return masks
    },
  }
}
