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
 * Stops before it comes too near to the target, or at an odd size.
 * @returns a smaller image, or the same where there is nothing to halve
 */
export function halveTowards (image: PixelImage, target: Size): PixelImage {
  return halves(image, target) ? halveTowards(halve(image), target) : image
}

/** Four sums at once: 16 bits hold a channel's sum of four, and a number holds two of them. Rounds to the nearest. */
function halve ({ width, height, pixels }: PixelImage): PixelImage {
  const half = new Int32Array(width * height / 4)
  const evens = 0xff00ff
  let to = 0
  for (let y = 0; y < height; y += 2) {
    for (let i = y * width; i < (y + 1) * width; i += 2) {
      const a = pixels[i]!
      const b = pixels[i + 1]!
      const c = pixels[i + width]!
      const d = pixels[i + width + 1]!
      const even = (a & evens) + (b & evens) + (c & evens) + (d & evens) + 0x20002
      const odd = ((a >>> 8) & evens) + ((b >>> 8) & evens) + ((c >>> 8) & evens) + ((d >>> 8) & evens) + 0x20002
      half[to++] = ((even >>> 2) & evens) | (((odd >>> 2) & evens) << 8)
    }
  }
  return { width: width / 2, height: height / 2, pixels: half }
}
