import { pixelCount, type ImageShape } from '../foundation/pixels.js'
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphsOf, isInked } from './font.js'

const PAPER = 255
const INK = 32

/** An 8-bit image, [height, width, channels]. */
export interface Raster extends ImageShape {
  readonly bytes: Uint8Array
}

/** Makes an image that is paper all over. */
export function createCanvas (shape: ImageShape): Raster {
  return { ...shape, bytes: new Uint8Array(pixelCount(shape)).fill(PAPER) }
}

/** Copies a tile, magnified, to a place where all of it fits. */
export function drawTile (
  canvas: Raster,
  tile: Uint8Array,
  { height, width, channels }: ImageShape,
  zoom: number,
  x: number,
  y: number
): void {
  // One magnified line, then copies of it: a grid has 10⁵ pixels, and a view or a function call for each would be most
  // of the time.
  const line = new Uint8Array(width * zoom * channels)
  let from = 0
  for (let row = 0; row < height; row++) {
    for (let to = 0; to < line.length; from += channels) {
      for (let repeat = 0; repeat < zoom; repeat++) {
        for (let channel = 0; channel < channels; channel++) line[to++] = tile[from + channel]!
      }
    }
    for (let repeat = 0; repeat < zoom; repeat++) {
      canvas.bytes.set(line, ((y + row * zoom + repeat) * canvas.width + x) * channels)
    }
  }
}

/**
 * Writes text into a picture, as far as it is inside: 6 × 13 pixels a character, times `scale`.
 * @param ink 8 bit, [C]; dark by default
 */
export function drawText (
  canvas: Raster,
  text: string,
  scale: number,
  x: number,
  y: number,
  ink: readonly number[] = new Array<number>(canvas.channels).fill(INK)
): void {
  for (const [i, glyph] of glyphsOf(text).entries()) {
    const left = x + i * GLYPH_WIDTH * scale
    for (let dy = 0; dy < GLYPH_HEIGHT * scale; dy++) {
      for (let dx = 0; dx < GLYPH_WIDTH * scale; dx++) {
        const [row, column] = [y + dy, left + dx]
        if (row < 0 || row >= canvas.height || column < 0 || column >= canvas.width) continue
        if (!isInked(glyph, Math.floor(dx / scale), Math.floor(dy / scale))) continue
        canvas.bytes.set(ink, (row * canvas.width + column) * canvas.channels)
      }
    }
  }
}
