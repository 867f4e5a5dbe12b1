import type { BatchSource } from './batch-source.js'

/** As many tell the mean of a pixel to a hundredth of the range or two. */
const IMAGES = 1000

/**
 * Squared error of a pixel element if every image were taken for the mean of all: the variance that a pixel has over
 * images, averaged. Measured on the first images of the first epoch, so that it is the same wherever a run is resumed.
 * @param size elements of an image
 */
export async function meanImageError (batches: BatchSource, size: number): Promise<number> {
  const sums = new Float64Array(size)
  let squares = 0
  let count = 0
  for (let step = 0; step < batches.stepsPerEpoch && count < IMAGES; step++) {
    const { images: bytes } = await batches.read(0, step)
    for (let i = 0; i < bytes.length; i++) {
      const value = bytes[i]! / 255
      sums[i % size]! += value
      squares += value * value
    }
    count += bytes.length / size
  }
  const ofMeans = sums.reduce((total, sum) => total + (sum / count) ** 2, 0)
  return (squares / count - ofMeans) / size
}
