import { ModelError } from '../foundation/errors.js'
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphsOf, isInked } from './font.js'
import { pixelCount, type ImageShape } from '../foundation/pixels.js'

/**
 * Part of every cached picture's identity: raise it when the same request gives another picture (layout, labels, font,
 * colours, rounding). 2: traversals have their values above the columns; maps of influence stand further apart.
 */
export const DRAWING_VERSION = 2

export const ZOOM_LIMITS = [1, 8] as const

/** Smallest side, in pixels, at which an image's content is easy to see on a screen. */
const COMFORTABLE_SIDE = 56
/**
 * Tile height, in pixels, for each step of text size: at 13 pixels a step, labels stay below a fifth of the tile. It
 * decides the labels of all pictures, of the service, the command line and reports; raise DRAWING_VERSION with it.
 */
const TILE_HEIGHT_PER_TEXT_SCALE = 72

const PAPER = 255
const INK = 32
/** Between text and what is beside it, in glyph pixels. */
const TEXT_MARGIN = 3

export interface GridOptions {
  /** Tiles in a row, ≥ 1. The last row may be short. */
  readonly columns: number
  /** Nearest magnification, integer 1–8. Default: `defaultZoom`. */
  readonly zoom?: number | undefined
  /** Light pixels between tiles, integer 0–64. Default 2. */
  readonly gap?: number | undefined
  /** One for each row, on its left. */
  readonly rowLabels?: readonly string[] | undefined
  /** One for each column, above it. */
  readonly columnLabels?: readonly string[] | undefined
  /** Magnification of the text, integer 1–8. Default: grows with the tiles. */
  readonly textScale?: number | undefined
}

/** An 8-bit image, [height, width, channels]. */
export interface Raster extends ImageShape {
  readonly bytes: Uint8Array
}

/** The smallest zoom, 1–8, at which both sides of an image are at least 56 pixels; 8 where none is enough. */
export function defaultZoom ({ height, width }: Pick<ImageShape, 'height' | 'width'>): number {
  return Math.min(ZOOM_LIMITS[1], Math.max(ZOOM_LIMITS[0], Math.ceil(COMFORTABLE_SIDE / Math.min(height, width))))
}

function invalid (field: string, expected: string, found: string): ModelError {
  return new ModelError('PVAE_INVALID_PARAMETER', 'grid', { field, expected, found })
}

function integer (field: string, value: number, [lowest, highest]: readonly [number, number]): number {
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value
  throw invalid(field, `an integer from ${lowest} to ${highest}`, String(value))
}

function labels (field: string, given: readonly string[] | undefined, count: number): readonly string[] {
  if (given === undefined) return []
  if (given.length !== count) throw invalid(field, `${count} labels`, `${given.length} labels`)
  return given
}

/** Lays out a grid: the places and sizes of tiles and labels. */
function layOut (count: number, shape: ImageShape, options: GridOptions) {
  const columns = integer('columns', options.columns, [1, 4096])
  const rows = Math.ceil(count / columns)
  const zoom = integer('zoom', options.zoom ?? defaultZoom(shape), ZOOM_LIMITS)
  const gap = integer('gap', options.gap ?? 2, [0, 64])
  const tile = { height: shape.height * zoom, width: shape.width * zoom }
  const defaultScale = Math.min(
    ZOOM_LIMITS[1],
    Math.max(ZOOM_LIMITS[0], Math.round(tile.height / TILE_HEIGHT_PER_TEXT_SCALE))
  )
  const textScale = integer('textScale', options.textScale ?? defaultScale, ZOOM_LIMITS)
  const rowLabels = labels('rowLabels', options.rowLabels, rows)
  const columnLabels = labels('columnLabels', options.columnLabels, columns)

  const textHeight = GLYPH_HEIGHT * textScale
  const margin = TEXT_MARGIN * textScale
  const widthOf = (text: string) => glyphsOf(text).length * GLYPH_WIDTH * textScale
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(widthOf))
  const cell = {
    height: Math.max(tile.height, rowLabels.length > 0 ? textHeight : 0),
    width: Math.max(tile.width, columnLabels.length > 0 ? widest(columnLabels) : 0),
  }
  const left = rowLabels.length > 0 ? widest(rowLabels) + 2 * margin : 0
  const top = columnLabels.length > 0 ? textHeight + 2 * margin : 0
  return {
    columns,
    zoom,
    tile,
    cell,
    text: { scale: textScale, height: textHeight, margin, widthOf },
    rowLabels,
    columnLabels,
    height: top + rows * cell.height + (rows - 1) * gap,
    width: left + columns * cell.width + (columns - 1) * gap,
    cellTop: (row: number) => top + row * (cell.height + gap),
    cellLeft: (column: number) => left + column * (cell.width + gap),
  }
}

/**
 * Measures how large a grid of `count` tiles would be, in pixels.
 * @throws ModelError PVAE_INVALID_PARAMETER as `composeGrid`
 */
export function measureGrid (
  count: number,
  shape: ImageShape,
  options: GridOptions
): Pick<ImageShape, 'height' | 'width'> {
  const { height, width } = layOut(count, shape, options)
  return { height, width }
}

/**
 * Lays tiles out as one image, dark labels on a light margin. Rows and columns grow where a label needs more room than
 * a tile; tiles are centred in their cells.
 * @param tiles 8 bit, [n, H, W, C], n ≥ 1
 * @throws ModelError PVAE_INVALID_PARAMETER naming the field
 */
export function composeGrid (tiles: Uint8Array, shape: ImageShape, options: GridOptions): Raster {
  const size = pixelCount(shape)
  const count = tiles.length / size
  if (!(Number.isInteger(count) && count >= 1)) {
    throw invalid('tiles', `a positive multiple of ${size} bytes`, `${tiles.length} bytes`)
  }
  const { columns, zoom, tile, cell, text, rowLabels, columnLabels, height, width, cellTop, cellLeft } = layOut(
    count,
    shape,
    options
  )
  const canvas = createCanvas({ height, width, channels: shape.channels })
  for (let i = 0; i < count; i++) {
    const y = cellTop(Math.floor(i / columns)) + ((cell.height - tile.height) >> 1)
    const x = cellLeft(i % columns) + ((cell.width - tile.width) >> 1)
    drawTile(canvas, tiles.subarray(i * size, (i + 1) * size), shape, zoom, x, y)
  }
  for (const [row, label] of rowLabels.entries()) {
    drawText(canvas, label, text.scale, text.margin, cellTop(row) + ((cell.height - text.height) >> 1))
  }
  for (const [column, label] of columnLabels.entries()) {
    drawText(canvas, label, text.scale, cellLeft(column) + ((cell.width - text.widthOf(label)) >> 1), text.margin)
  }
  return canvas
}

function createCanvas (shape: ImageShape): Raster {
  return { ...shape, bytes: new Uint8Array(pixelCount(shape)).fill(PAPER) }
}

function drawTile (
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
