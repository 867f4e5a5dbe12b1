interface Size { readonly width: number, readonly height: number }

export interface PixelImage extends Size {
  /** 8 bit RGBA, one pixel in each element, row by row. */
  readonly pixels: Int32Array
}

/** What is left must hold at least this many pixels in a row for each of the target's, for Lanczos to weigh. (libvips: 2, or fewer where the decoder shrinks.) */
const KEPT = 1.5

function halves ({ width, height }: Size, target: Size): boolean {
  return width % 2 === 0 && height % 2 === 0 && width / 2 >= KEPT * target.width && height / 2 >= KEPT * target.height
}

/** The size that `halveTowards` comes to. */
export function halvedSize (size: Size, target: Size): Size {
  return halves(size, target) ? halvedSize({ width: size.width / 2, height: size.height / 2 }, target) : size
}

/**
 * Averages blocks of 2 × 2 pixels, again and again, on the way to a smaller size: most of a resize's work for a fraction of its time.
 * Stops before it comes too near to the target, or at an odd size. In place: what is smaller takes the memory of what was larger.
 * @returns a smaller image, or the same where there is nothing to halve
 */
export function halveTowards (image: PixelImage, target: Size): PixelImage {
  return halves(image, target) ? halveTowards(halve(image), target) : image
}

/** All bits of each byte but the lowest: after a shift to the right, no byte has any of its neighbour's. */
const UPPER_BITS = 0xfefefefe | 0

/**
 * Four channels at once: (a | b) − (a ^ b) / 2 is the mean of two bytes rounded up, (a & b) + (a ^ b) / 2 rounded down, and neither leaves its byte. Pairs up, then both
 * pairs down: the mean of four to the nearest, ties up as often as down. Writes never overtake reads.
 */
function halve ({ width, height, pixels }: PixelImage): PixelImage {
  let to = 0
  for (let y = 0; y < height; y += 2) {
    for (let i = y * width; i < (y + 1) * width; i += 2) {
      const a = pixels[i]!
      const b = pixels[i + 1]!
      const c = pixels[i + width]!
      const d = pixels[i + width + 1]!
      const upper = (a | b) - (((a ^ b) & UPPER_BITS) >>> 1) | 0
      const lower = (c | d) - (((c ^ d) & UPPER_BITS) >>> 1) | 0
      pixels[to++] = (upper & lower) + (((upper ^ lower) & UPPER_BITS) >>> 1)
    }
  }
  return { width: width / 2, height: height / 2, pixels: pixels.subarray(0, to) }
}
