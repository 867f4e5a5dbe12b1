import type { ImageShape } from '@partition-vae/models'
import { invalid } from '../disentanglement/representation.js'

export const DIGIT_MOMENTS = ['slant', 'height', 'width', 'ink', 'thickness'] as const

/** Narrower than this, in pixels squared, a straight stroke's variance is rounding. */
const SMALLEST_VARIANCE = 0.01

/**
 * Factors of handwriting that need no labels, from the moments of the ink (image moments: Hu 1962). For each image, in
 * the order of DIGIT_MOMENTS: slant: shear that upright writing lacks, Cov(x, y)/Var(y), positive where the top leans
 * left (y points down); height: standard deviation of y in pixels; width: standard deviation of x in pixels after the
 * shear is undone; ink: sum of the pixels ÷ 100; thickness: share of the ink that an erosion by 3 × 3 pixels leaves. A
 * blank image has no moments: all are 0.
 * @param images [N, H, W, 1] in [0, 1], ink bright
 * @returns [N, 5]
 * @throws TrainerError PVAE_INVALID_PARAMETER for images of several channels or a wrong length
 */
export function digitMoments (images: Float32Array, { height, width, channels }: ImageShape): Float32Array {
  const pixels = height * width
  if (channels !== 1) throw invalid('images of 1 channel for the moments of digits', String(channels))
  if (images.length % pixels !== 0) throw invalid(`a multiple of ${pixels} values for images`, String(images.length))
  const count = images.length / pixels
  const moments = new Float32Array(count * DIGIT_MOMENTS.length)
  for (let n = 0; n < count; n++) {
    const image = images.subarray(n * pixels, (n + 1) * pixels)
    const mass = image.reduce((sum, value) => sum + value, 0)
    if (!(mass > 0)) continue
    const average = (of: (x: number, y: number) => number) =>
      image.reduce((sum, value, i) => sum + value * of(i % width, Math.floor(i / width)), 0) / mass
    const [meanX, meanY] = [average(x => x), average((_, y) => y)]
    const varianceX = average(x => (x - meanX) ** 2)
    const varianceY = average((_, y) => (y - meanY) ** 2)
    const covariance = average((x, y) => (x - meanX) * (y - meanY))
    const slant = varianceY > SMALLEST_VARIANCE ? covariance / varianceY : 0
    moments.set([
      slant,
      Math.sqrt(varianceY),
      Math.sqrt(Math.max(SMALLEST_VARIANCE, varianceX - slant * covariance)),
      mass / 100,
      erodedMass(image, height, width) / mass,
    ], n * DIGIT_MOMENTS.length)
  }
  return moments
}

/**
 * Sum of the image after each pixel is replaced by the smallest of its 3 × 3 neighbourhood; beyond the border is
 * nothing to compare with.
 */
function erodedMass (image: Float32Array, height: number, width: number): number {
  let mass = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let smallest = Infinity
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          smallest = Math.min(smallest, image[row * width + column]!)
        }
      }
      mass += smallest
    }
  }
  return mass
}
