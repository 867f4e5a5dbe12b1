import type { Static } from '@partition-vae/models/typebox'
import { batchesOf } from '../batches.js'
import { invalid } from './representation.js'
import type { ObjectReconstructionSchema } from './schema.js'

export type ObjectReconstruction = Static<typeof ObjectReconstructionSchema>

/** All by index of the image; images [n, H, W, C] in [0, 1] at full resolution, masks [n, H, W] in [0, 1]. */
export interface ObjectSource {
  readonly count: number
  readonly channels: number
  readonly objects: readonly string[]
  truth (indices: Uint32Array): Float32Array | Promise<Float32Array>
  reconstruct (indices: Uint32Array): Float32Array | Promise<Float32Array>
  /** The true images with one object left out. */
  without (object: string, indices: Uint32Array): Float32Array | Promise<Float32Array>
  /** Gives the share of each pixel that the object covers, what hides it taken off. */
  mask (object: string, indices: Uint32Array): Float32Array | Promise<Float32Array>
}

/** A pixel is the object's where it covers more than this of it. */
const MASK_THRESHOLD = 0.3

/**
 * Measures how much of each object is in the reconstruction. On the object's pixels (mask > 0.3), over all images:
 * `score` = 1 − SSE(reconstruction)/SSE(the true image without the object): 1 is perfect, 0 what leaving the object out
 * would give, below 0 worse than that. `mse` is the squared error of a pixel element there.
 * @throws TrainerError PVAE_INVALID_PARAMETER
 */
export async function measureObjectReconstruction (
  source: ObjectSource,
  batchSize = 128
): Promise<ObjectReconstruction> {
  const { count, channels, objects } = source
  const sums = objects.map(() => ({ error: 0, absent: 0, pixels: 0 }))
  for (const { indices } of batchesOf(
    Uint32Array.from({ length: count }, (_, i) => i),
    batchSize
  )) {
    const truth = await source.truth(indices)
    const decoded = sameLength('reconstruction', await source.reconstruct(indices), truth.length)
    for (const [o, object] of objects.entries()) {
      const without = sameLength(`image without ${object}`, await source.without(object, indices), truth.length)
      const mask = sameLength(`mask of ${object}`, await source.mask(object, indices), truth.length / channels)
      const sum = sums[o]!
      mask.forEach((covered, pixel) => {
        if (!(covered > MASK_THRESHOLD)) return
        sum.pixels++
        for (let i = pixel * channels; i < (pixel + 1) * channels; i++) {
          sum.error += (decoded[i]! - truth[i]!) ** 2
          sum.absent += (without[i]! - truth[i]!) ** 2
        }
      })
    }
  }
  return Object.fromEntries(
    objects.map((object, o) => {
      const { error, absent, pixels } = sums[o]!
      // An object that is never seen, or never differs from what is behind it, can't be missed.
      return [
        object,
        { score: absent > 0 ? 1 - error / absent : 0, mse: pixels > 0 ? error / (pixels * channels) : 0, pixels },
      ]
    })
  )
}

function sameLength (name: string, values: Float32Array, length: number): Float32Array {
  if (values.length !== length) throw invalid(`${length} values for ${name}`, String(values.length))
  return values
}
