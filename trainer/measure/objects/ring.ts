/** Where a halo would be: the pixels around things. */

/** How far from a thing its ring reaches, in pixels. */
const RING_WIDTH = 2

/**
 * Marks the pixels of the background that are at most two rows and two columns away from a thing.
 * @param labels things by number, 0 for the background, [H · W]
 * @returns [H · W]: 1 on the ring
 */
export function ringAround (labels: Uint8Array, width: number, reach = RING_WIDTH): Uint8Array {
  const height = labels.length / width
  const ring = new Uint8Array(labels.length)
  labels.forEach((label, pixel) => {
    if (label === 0) return
    const [row, column] = [Math.floor(pixel / width), pixel % width]
    for (let i = Math.max(0, row - reach); i <= Math.min(height - 1, row + reach); i++) {
      ring.fill(1, i * width + Math.max(0, column - reach), i * width + Math.min(width, column + reach + 1))
    }
  })
  return ring.map((isNear, pixel) => labels[pixel] === 0 ? isNear : 0)
}

/** A squared error that is added up over images, and the number of elements it was taken over. */
export interface SquaredErrors {
  readonly sum: number
  readonly elements: number
}

/**
 * Adds up the squared error of a picture on the pixels that a mask marks.
 * @param picture [H · W · C]
 * @param truth [H · W · C]
 * @param mask [H · W]: other than 0 where it counts
 */
export function squaredErrorOn (picture: Float32Array, truth: Float32Array, mask: Uint8Array): SquaredErrors {
  const channels = truth.length / mask.length
  let [sum, elements] = [0, 0]
  mask.forEach((isIn, pixel) => {
    if (isIn === 0) return
    for (let i = pixel * channels; i < (pixel + 1) * channels; i++) sum += (picture[i]! - truth[i]!) ** 2
    elements += channels
  })
  return { sum, elements }
}
