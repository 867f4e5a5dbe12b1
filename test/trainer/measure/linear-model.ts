import { pixelCount, type ImageShape } from '@partition-vae/models'
import type { InferenceGraphs } from '../../../trainer/engine/engine.js'

export interface LinearModel {
  readonly shape: ImageShape
  /** [D][pixels]: mean = encoder · (image − centre). */
  readonly encoder: ReadonlyArray<readonly number[]>
  /** [D] */
  readonly logVariance: readonly number[]
  /** [pixels][D]: image = centre + decoder · latent. */
  readonly decoder: ReadonlyArray<readonly number[]>
  /** [pixels] */
  readonly centre: readonly number[]
}

const dot = (row: readonly number[], vector: Float32Array) => row.reduce((sum, value, i) => sum + value * vector[i]!, 0)

/** A linear Gaussian autoencoder: real arithmetic, and every metric of it has a closed form. */
export function createLinearInference ({ shape, encoder, logVariance, decoder, centre }: LinearModel): InferenceGraphs {
  const pixels = pixelCount(shape)
  const size = encoder.length
  return {
    async encode (image) {
      const count = image.length / pixels
      const mean = new Float32Array(count * size)
      for (let n = 0; n < count; n++) {
        const centred = image.slice(n * pixels, (n + 1) * pixels).map((value, i) => value - centre[i]!)
        mean.set(encoder.map(row => dot(row, centred)), n * size)
      }
      return { mean, logVariance: Float32Array.from({ length: count * size }, (_, i) => logVariance[i % size]!) }
    },
    async decode (latent) {
      const count = latent.length / size
      const image = new Float32Array(count * pixels)
      for (let n = 0; n < count; n++) {
        const z = latent.subarray(n * size, (n + 1) * size)
        image.set(decoder.map((row, i) => centre[i]! + dot(row, z)), n * pixels)
      }
      return image
    },
    async dispose () {},
  }
}
