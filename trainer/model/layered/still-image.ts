/** Images in a config: 8 bit [H, W, C], deflated, in Base64. */
import { deflateSync, inflateSync } from 'node:zlib'
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { invalid } from '../../config/invalid.js'

/** Logits of black and white would be infinite. */
const DARKEST = 0.02

/** The logit of a value in [0, 1], which is kept a little away from its ends. */
export function logitOf (value: number): number {
  const inside = Math.min(1 - DARKEST, Math.max(DARKEST, value))
  return Math.log(inside / (1 - inside))
}

export function packImage (bytes: Uint8Array): string {
  return deflateSync(bytes, { level: 9 }).toString('base64')
}

/** How a change of 0 is written, and by how much a change of 1 is more. */
const [NO_CHANGE, CHANGE] = [128, 127]

/** @param change values in [−1, 1], [H, W, C] */
export function packChange (change: Float32Array): string {
  return packImage(Uint8Array.from(change, value => NO_CHANGE + Math.round(CHANGE * value)))
}

/** @throws TrainerError PVAE_CONFIG_INVALID naming `field` for what is no image of this shape */
export function unpackImage (text: string, field: string, shape: ImageShape): Uint8Array {
  const expected = `deflated bytes of a ${shape.height}×${shape.width}×${shape.channels} image in Base64`
  const size = pixelCount(shape)
  let bytes: Uint8Array
  try {
    bytes = inflateSync(Buffer.from(text, 'base64'), { maxOutputLength: size })
  } catch (error) {
    throw invalid(field, expected, (error as Error).message, { cause: error })
  }
  if (bytes.length !== size) throw invalid(field, expected, `${bytes.length} bytes`)
  return bytes
}

/** Block means of the image as logits: [H / reduction, C, W / reduction]. */
export function imageLogits (text: string, field: string, shape: ImageShape, reduction: number): Float32Array {
  return blockMeans(unpackImage(text, field, shape), shape, reduction, logitOf)
}

/** Block means of what packChange has packed: [H / reduction, C, W / reduction]. */
export function changeValues (text: string, field: string, shape: ImageShape, reduction: number): Float32Array {
  return blockMeans(unpackImage(text, field, shape), shape, reduction, mean => (255 * mean - NO_CHANGE) / CHANGE)
}

/** What is made of blocks' means in [0, 1]: 8 bit [H, W, C] → [H / reduction, C, W / reduction] */
function blockMeans (
  bytes: Uint8Array,
  shape: ImageShape,
  reduction: number,
  valueOf: (mean: number) => number
): Float32Array {
  const { channels, width: full } = shape
  const [height, width] = [shape.height / reduction, shape.width / reduction]
  const values = new Float32Array(height * channels * width)
  for (let row = 0; row < height; row++) {
    for (let c = 0; c < channels; c++) {
      for (let column = 0; column < width; column++) {
        let sum = 0
        for (let i = row * reduction; i < (row + 1) * reduction; i++) {
          for (let j = column * reduction; j < (column + 1) * reduction; j++) {
            sum += bytes[(i * full + j) * channels + c]!
          }
        }
        values[(row * channels + c) * width + column] = valueOf(sum / (255 * reduction * reduction))
      }
    }
  }
  return values
}
