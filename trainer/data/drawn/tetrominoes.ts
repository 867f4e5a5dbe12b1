import { createRandom, type Random } from '../../random/index.js'
import type { TetrominoesConfig } from '../config.js'
import type { DataSplits, ImageDataset } from '../dataset.js'
import { createDrawnDataset } from './dataset.js'

/** To be raised with every change to what a picture looks like: runs on other pictures do not resume. */
const DEFINITION = 1
const SIDE = 35
/** Pixels along each side of a piece's four squares. */
const SQUARE = 5
const PIECES = 3
/** Places that are tried for a piece before the picture is begun anew. */
const TRIES = 50

/** The colours: all corners of the RGB cube but black and white. */
const COLOURS = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [255, 0, 255], [0, 255, 255]] as const
/** The seven one-sided tetrominoes I, O, T, J, L, S and Z, before they are turned. */
const TETROMINOES = [
  ['1111'], ['11', '11'], ['010', '111'], ['100', '111'], ['001', '111'], ['011', '110'], ['110', '011'],
]

interface Form {
  readonly height: number
  readonly width: number
  /** Row and column of each of the four squares. */
  readonly squares: ReadonlyArray<readonly [row: number, column: number]>
}

/** The 19 forms that the seven have when they are turned by quarters. */
const FORMS = [...new Set(TETROMINOES.flatMap(rows => {
  const turns = [rows]
  for (let i = 0; i < 3; i++) turns.push(turned(turns.at(-1)!))
  return turns.map(rows => rows.join('/'))
}))].map(formOf)

function turned (rows: readonly string[]): string[] {
  return Array.from(rows[0]!, (_, column) => rows.map(row => row[column]!).reverse().join(''))
}

function formOf (text: string): Form {
  const rows = text.split('/')
  const squares = rows.flatMap((row, y) => Array.from(row).flatMap((cell, x) => cell === '1' ? [[y, x] as const] : []))
  return { height: rows.length, width: rows[0]!.length, squares }
}

/**
 * Draws pictures as those of Tetrominoes (Kabra et al., "Multi-Object Datasets", 2019): 35 × 35, RGB, black, with three
 * pieces of four squares of 5 × 5 pixels that do not overlap. Each has one of the 19 forms that tetrominoes have in a
 * plane (the published set has 17), one of six colours (red, green, blue, yellow, magenta, cyan) and a place at any
 * whole pixels, all equally likely and drawn by the picture's own number; a piece that finds no place in 50 tries
 * begins the picture anew. Masks number the pieces from 1. Training and test pictures come from different streams.
 */
export async function openTetrominoes ({ count, testCount, seed }: TetrominoesConfig): Promise<DataSplits> {
  const split = (stream: 'train' | 'test', count: number): ImageDataset => createDrawnDataset({
    name: `tetrominoes/${stream}`,
    shape: { height: SIDE, width: SIDE, channels: 3 },
    count,
    definition: { source: 'tetrominoes', DEFINITION, seed },
    hasMasks: true,
    draw (index, image, mask = new Uint8Array(SIDE * SIDE)) {
      const random = createRandom(seed, 'tetrominoes', stream, index)
      while (!drawPieces(random, image.fill(0), mask.fill(0)));
    },
  })
  return { train: split('train', count), test: split('test', testCount), skipped: [] }
}

/** @returns false where a piece found no place */
function drawPieces (random: Random, image: Uint8Array, mask: Uint8Array): boolean {
  for (let piece = 1; piece <= PIECES; piece++) {
    const pixels = findPlace(random, mask)
    if (pixels === undefined) return false
    const colour = COLOURS[random.integer(COLOURS.length)]!
    for (const pixel of pixels) {
      image.set(colour, 3 * pixel)
      mask[pixel] = piece
    }
  }
  return true
}

function findPlace (random: Random, mask: Uint8Array): number[] | undefined {
  for (let i = 0; i < TRIES; i++) {
    const { height, width, squares } = FORMS[random.integer(FORMS.length)]!
    const top = random.integer(SIDE - SQUARE * height + 1)
    const left = random.integer(SIDE - SQUARE * width + 1)
    const pixels = squares.flatMap(([row, column]) => Array.from({ length: SQUARE * SQUARE }, (_, i) =>
      (top + SQUARE * row + Math.floor(i / SQUARE)) * SIDE + left + SQUARE * column + i % SQUARE))
    if (pixels.every(pixel => mask[pixel] === 0)) return pixels
  }
  return undefined
}
