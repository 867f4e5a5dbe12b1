/** Draws what was found in footage: frames with a box around each thing, and what moves and is none of them. */
import { composeGrid, defaultZoom, drawText, type ImageShape, type Raster } from '@partition-vae/models'
import { compactPng } from '../foundation/png.js'
import type { FootageAnalysis } from './analyse.js'
import { boxesByColours } from './colours/find.js'
import { frameAt, type Frames } from './frames.js'
import type { LeftOver } from './motion/movers.js'
import type { Box } from './thing.js'

const SHOWN_FRAMES = 12
const COLUMNS = 6
/** Colours of the boxes, in 8 bit, in the order of the things; then again from the first. */
const BOX_COLOURS = [
  ['red', [255, 60, 60]],
  ['green', [60, 220, 60]],
  ['blue', [90, 130, 255]],
  ['yellow', [255, 220, 40]],
  ['magenta', [255, 80, 255]],
  ['cyan', [60, 230, 230]],
  ['orange', [255, 140, 30]],
  ['violet', [170, 100, 255]],
  ['pink', [255, 170, 190]],
  ['olive', [160, 160, 40]],
  ['teal', [30, 150, 140]],
  ['brown', [165, 100, 60]],
] as const
/** Of what is in no thing: white dashes of so many pixels, with as many black ones between them. */
const DASH = 3
const [WHITE, BLACK] = [[255, 255, 255], [0, 0, 0]] as const
/** Behind the legend, whose text is so high. */
const LEGEND = 40
const LINE = 17

/** Names the colour of the box of the i-th thing, from 0. */
export function boxColourOf (i: number): string {
  return BOX_COLOURS[i % BOX_COLOURS.length]![0]
}

/**
 * Draws a PNG of some frames, enlarged, with a named box around each thing and dashes around what moves and is in none,
 * and a legend below. Where there is much of that, every second frame is one that shows it.
 */
export async function drawThings (analysis: FootageAnalysis): Promise<Uint8Array> {
  const { frames, cues, things } = analysis
  const { shape, count } = frames
  const shown = Math.min(SHOWN_FRAMES, count)
  const zoom = Math.max(2, defaultZoom(shape))
  const large = { height: shape.height * zoom, width: shape.width * zoom, channels: 3 }
  const size = large.height * large.width * 3
  const tiles = new Uint8Array(shown * size)
  let dashed = false
  for (let tile = 0; tile < shown; tile++) {
    const [from, to] = [Math.floor(tile * count / shown), Math.floor((tile + 1) * count / shown)]
    const n = tile % 2 === 1 && cues.by === 'motion' ? fullest(cues.rest, from, to) : from
    const canvas = { ...large, bytes: tiles.subarray(tile * size, (tile + 1) * size) }
    enlarge(canvas, frames, n, zoom)
    for (const region of cues.by === 'motion' ? cues.rest[n]! : []) {
      dashed = true
      drawBox(canvas, scaled(region, zoom), at => Math.floor(at / DASH) % 2 === 0 ? WHITE : BLACK)
    }
    boxesOf(analysis, n).forEach((found, i) => {
      if (found === undefined) return
      const [box, colour] = [scaled(found, zoom), BOX_COLOURS[i % BOX_COLOURS.length]![1]]
      drawBox(canvas, box, () => colour)
      // Above the box, or below it where there is no room.
      drawText(canvas, `p${i + 1}`, 1, box.left, box.top >= LINE - 5 ? box.top - LINE + 5 : box.bottom, colour)
    })
  }
  const grid = composeGrid(tiles, large, { columns: COLUMNS, zoom: 1 })
  const words = things.map((_, i) => ({ text: `p${i + 1}`, colour: BOX_COLOURS[i % BOX_COLOURS.length]![1] }))
  const rest = dashed ? [{ text: 'white dashes: moves or switches, and is in none of them', colour: WHITE }] : []
  const { bytes, width, height, channels } = withLegend(grid, [...words, ...rest])
  return await compactPng({ pixels: bytes, width, height, channels: channels === 1 ? 1 : 3 })
}

/** The frame with most that is in no thing; the first where there is nothing. */
function fullest (rest: ReadonlyArray<readonly LeftOver[]>, from: number, to: number): number {
  const energies = rest.slice(from, to).map(regions => regions.reduce((sum, { energy }) => sum + energy, 0))
  return from + Math.max(0, energies.indexOf(Math.max(...energies)))
}

function enlarge (
  { width, bytes }: Pick<Raster, 'width' | 'bytes'>,
  frames: Frames,
  n: number,
  zoom: number
): void {
  const { shape: { width: narrow, channels } } = frames
  const frame = frameAt(frames, n)
  for (let i = 0; i < bytes.length; i++) {
    const pixel = Math.floor(i / 3)
    const [row, column] = [Math.floor(pixel / width / zoom), Math.floor(pixel % width / zoom)]
    bytes[i] = frame[(row * narrow + column) * channels + (channels === 1 ? 0 : i % 3)]!
  }
}

/** The box of each thing in a frame, where that is known. */
function boxesOf ({ frames, scene, steadiness: { threshold }, cues }: FootageAnalysis, n: number) {
  return cues.by === 'motion'
    ? cues.things.map(({ boxes }) => boxes[n])
    : boxesByColours(cues, frameAt(frames, n), { scene, threshold })
}

function scaled (box: Box, zoom: number): Box {
  return {
    top: Math.round(box.top * zoom),
    bottom: Math.round(box.bottom * zoom),
    left: Math.round(box.left * zoom),
    right: Math.round(box.right * zoom),
  }
}

/** Draws the outline of a box, as far as it is inside. @param colourAt by the place along it */
function drawBox (
  { height, width, bytes }: Raster,
  { top, bottom, left, right }: Box,
  colourAt: (place: number) => readonly number[]
): void {
  for (let row = Math.max(0, top); row < Math.min(height, bottom); row++) {
    for (let column = Math.max(0, left); column < Math.min(width, right); column++) {
      if (row !== top && row !== bottom - 1 && column !== left && column !== right - 1) continue
      bytes.set(colourAt(row + column), (row * width + column) * 3)
    }
  }
}

/** Puts words below a picture, as many on a line as it is wide. */
function withLegend (
  { height, width, channels, bytes }: Raster,
  words: ReadonlyArray<{ readonly text: string, readonly colour: readonly number[] }>
): Raster {
  const [glyph, gap] = [6, 12]
  let [x, line] = [gap, 0]
  const placed = words.map(({ text, colour }) => {
    if (x > gap && x + text.length * glyph > width) [x, line] = [gap, line + 1]
    const word = { text, colour, x, y: height + line * LINE + 2 }
    x += text.length * glyph + gap
    return word
  })
  const shape: ImageShape = { height: height + (line + 1) * LINE, width, channels }
  const canvas = { ...shape, bytes: new Uint8Array(shape.height * width * channels).fill(LEGEND) }
  canvas.bytes.set(bytes)
  for (const { text, colour, x, y } of placed) drawText(canvas, text, 1, x, y, colour)
  return canvas
}
