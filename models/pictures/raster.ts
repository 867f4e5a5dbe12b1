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

/**
 * Copies tiles, magnified, side by side to places where all of them fit.
 * @param tiles 8 bit, [n, H, W, C]
 * @param lefts [n] the first column of each
 * @param top the first line of all
 */
export function drawTiles (
  canvas: Raster,
  tiles: Uint8Array,
  { height, width, channels }: ImageShape,
  { zoom, lefts, top }: { readonly zoom: number, readonly lefts: readonly number[], readonly top: number }
): void {
  // Which byte of the tiles' first rows each byte of a line is. A grid has 10⁵ of them: whatever is done for each by
  // itself, as a call or a loop of two turns, would be most of the time.
  const row = width * channels
  const columns = row * zoom
  const from = new Int32Array(lefts.length * columns)
  const to = new Int32Array(from.length)
  for (const [i, left] of lefts.entries()) {
    for (let x = 0; x < columns; x++) {
      const pixel = Math.floor(x / channels / zoom)
      from[i * columns + x] = i * row * height + pixel * channels + x % channels
      to[i * columns + x] = left * channels + x
    }
  }
  const { bytes } = canvas
  const line = canvas.width * channels
  for (let y = 0; y < height; y++) {
    const start = (top + y * zoom) * line
    for (let i = 0; i < from.length; i++) bytes[start + to[i]!] = tiles[y * row + from[i]!]!
    for (let repeat = 1; repeat < zoom; repeat++) bytes.copyWithin(start + repeat * line, start, start + line)
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
    for (let dy = 0; dy < GLYPH_HEIGHT; dy++) {
      for (let dx = 0; dx < GLYPH_WIDTH; dx++) {
        if (isInked(glyph, dx, dy)) fillSquare(canvas, left + dx * scale, y + dy * scale, scale, ink)
      }
    }
  }
}

/** Fills a square with a colour, as far as it is inside. */
function fillSquare (
  { bytes, height, width, channels }: Raster,
  left: number,
  top: number,
  side: number,
  ink: readonly number[]
): void {
  for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, left + side); x++) {
      for (let c = 0; c < channels; c++) bytes[(y * width + x) * channels + c] = ink[c]!
    }
  }
}
