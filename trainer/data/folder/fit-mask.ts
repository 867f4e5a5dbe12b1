import type { Fit } from '@partition-vae/models/image'

interface Size {
  readonly height: number
  readonly width: number
}

/**
 * Brings a mask to another size as its image is: each pixel has the number that lies at its middle, since numbers of
 * objects have no means. What an image's black bars cover is background.
 * @param mask 8 bit [H, W]
 * @returns [size.height, size.width]; the same array where the sizes are
 */
export function fitMask (mask: Uint8Array, from: Size, size: Size, fit: Fit): Uint8Array {
  if (from.height === size.height && from.width === size.width) return mask
  const [rows, columns] = [from.height / size.height, from.width / size.width]
  const scale = fit === 'fill' ? undefined : fit === 'contain' ? Math.max(rows, columns) : Math.min(rows, columns)
  const [down, across] = [scale ?? rows, scale ?? columns]
  const out = new Uint8Array(size.height * size.width)
  for (let row = 0; row < size.height; row++) {
    const y = Math.floor(from.height / 2 + (row + 0.5 - size.height / 2) * down)
    if (y < 0 || y >= from.height) continue
    for (let column = 0; column < size.width; column++) {
      const x = Math.floor(from.width / 2 + (column + 0.5 - size.width / 2) * across)
      if (x >= 0 && x < from.width) out[row * size.width + column] = mask[y * from.width + x]!
    }
  }
  return out
}
