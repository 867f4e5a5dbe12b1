/** How many pixels the things of a segmentation have. */

/**
 * Counts the pixels of each label but 0, the background.
 * @param labels [H · W]
 * @returns by label, ascending
 */
export function sizesOf (labels: Uint8Array): Map<number, number> {
  const sizes = new Uint32Array(256)
  for (const label of labels) sizes[label]!++
  return new Map(
    Array.from(sizes, (size, label) => [label, size] as const).filter(([label, size]) => label > 0 && size > 0)
  )
}

/** Less than this share of an image is a crumb: neither a thing that can be seen nor one that is drawn. */
const CRUMB = 0.001

/** Gives the number of pixels from which something counts as a thing: a thousandth of the image, at least one. */
export const leastPixelsOf = (pixels: number): number => Math.max(1, Math.ceil(CRUMB * pixels))
