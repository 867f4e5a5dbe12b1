/** Which part of a layered model draws each pixel. */
import type { ImageShape } from '@partition-vae/models'

/**
 * Gives each pixel to the part that has the largest share of it: 0 for the background, i + 1 for the i-th of the parts
 * before it. Of equal shares the background's is taken, then the first's.
 * @param layers of one image, [P, 4, H, W]: RGBA whose alphas are shares of the pixel
 * @param roles indices into P
 * @returns [H · W]
 */
export function segmentationOf (
  layers: Float32Array,
  { background, foreground }: { readonly background: number; readonly foreground: readonly number[] },
  { height, width }: Pick<ImageShape, 'height' | 'width'>
): Uint8Array {
  const size = height * width
  const alphas = [background, ...foreground].map(part => layers.subarray((part * 4 + 3) * size, (part * 4 + 4) * size))
  // Part after part, so that memory is read in order.
  const labels = new Uint8Array(size)
  const largest = alphas[0]!.slice()
  for (let label = 1; label < alphas.length; label++) {
    const own = alphas[label]!
    for (let pixel = 0; pixel < size; pixel++) {
      if (own[pixel]! > largest[pixel]!) {
        largest[pixel] = own[pixel]!
        labels[pixel] = label
      }
    }
  }
  return labels
}
