import { ModelError } from '../foundation/errors.js'
import { pixelCount, type ImageShape } from '../foundation/pixels.js'
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphsOf } from './font.js'
import { createCanvas, drawText, drawTiles, type Raster } from './raster.js'

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
  /** One for each tile, beneath it. */
  readonly tileLabels?: readonly string[] | undefined
  /** Magnification of the text, integer 1–8. Default: grows with the tiles. */
  readonly textScale?: number | undefined
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
  const tileLabels = labels('tileLabels', options.tileLabels, count)

  const textHeight = GLYPH_HEIGHT * textScale
  const margin = TEXT_MARGIN * textScale
  const widthOf = (text: string) => glyphsOf(text).length * GLYPH_WIDTH * textScale
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(widthOf))
  /** A tile with what is written beneath it. */
  const block = tile.height + (tileLabels.length > 0 ? textHeight : 0)
  const cell = {
    height: Math.max(block, rowLabels.length > 0 ? textHeight : 0),
    width: Math.max(tile.width, widest(columnLabels), widest(tileLabels)),
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
    tileLabels,
    height: top + rows * cell.height + (rows - 1) * gap,
    width: left + columns * cell.width + (columns - 1) * gap,
    cellTop: (row: number) => top + row * (cell.height + gap),
    cellLeft: (column: number) => left + column * (cell.width + gap),
    tileTop: (row: number) => top + row * (cell.height + gap) + ((cell.height - block) >> 1),
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
  const {
    columns, zoom, tile, cell, text, rowLabels, columnLabels, tileLabels, height, width, cellTop, cellLeft, tileTop,
  } = layOut(count, shape, options)
  const canvas = createCanvas({ height, width, channels: shape.channels })
  const centred = (i: number, width: number) => cellLeft(i % columns) + ((cell.width - width) >> 1)
  for (let first = 0; first < count; first += columns) {
    const beside = Math.min(columns, count - first)
    const lefts = Array.from({ length: beside }, (_, column) => centred(column, tile.width))
    const row = tiles.subarray(first * size, (first + beside) * size)
    drawTiles(canvas, row, shape, { zoom, lefts, top: tileTop(first / columns) })
  }
  for (const [i, label] of tileLabels.entries()) {
    const y = tileTop(Math.floor(i / columns)) + tile.height
    drawText(canvas, label, text.scale, centred(i, text.widthOf(label)), y)
  }
  for (const [row, label] of rowLabels.entries()) {
    drawText(canvas, label, text.scale, text.margin, cellTop(row) + ((cell.height - text.height) >> 1))
  }
  for (const [column, label] of columnLabels.entries()) {
    drawText(canvas, label, text.scale, cellLeft(column) + ((cell.width - text.widthOf(label)) >> 1), text.margin)
  }
  return canvas
}
