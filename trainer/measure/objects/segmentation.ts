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
  return Uint8Array.from({ length: size }, (_, pixel) => {
    let largest = 0
    for (let label = 1; label < alphas.length; label++) {
      if (alphas[label]![pixel]! > alphas[largest]![pixel]!) largest = label
    }
    return largest
  })
}
