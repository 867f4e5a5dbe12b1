import type { Orientation, Size } from './picture.js'

/** Tells whether rows and columns are swapped. */
export function isTurned (orientation: Orientation): boolean {
  return orientation >= 5
}

/**
 * Turns pixels upright. Interleaved, row by row.
 * @returns [height, width, channels], or [width, height, channels] where rows and columns are swapped; the same array
 * where nothing is to be done
 */
export function turnUpright (
  pixels: Uint8Array, { width, height, channels }: Size & { readonly channels: number }, orientation: Orientation
): Uint8Array {
  if (orientation === 1) return pixels
  // The stored position of the upright picture's first pixel, and the steps to its right and lower neighbours.
  const right = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8
  const low = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7
  const [acrossStored, downStored] = [right ? -1 : 1, low ? -width : width]
  const [columns, rows, across, down] = isTurned(orientation)
    ? [height, width, downStored, acrossStored]
    : [width, height, acrossStored, downStored]
  const upright = new Uint8Array(pixels.length)
  const first = (low ? height - 1 : 0) * width + (right ? width - 1 : 0)
  let to = 0
  for (let y = 0; y < rows; y++) {
    let from = (first + y * down) * channels
    for (let x = 0; x < columns; x++, from += across * channels) {
      for (let c = 0; c < channels; c++) upright[to++] = pixels[from + c]!
    }
  }
  return upright
}
