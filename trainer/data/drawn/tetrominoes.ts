import { createRandom, type Random } from '../../random/index.js'
import type { TetrominoesConfig } from '../source-config/drawn.js'
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
/** The seven one-sided tetrominoes, before they are turned. */
const TETROMINOES = {
  I: ['1111'],
  O: ['11', '11'],
  T: ['010', '111'],
  J: ['100', '111'],
  L: ['001', '111'],
  S: ['011', '110'],
  Z: ['110', '011'],
}

interface Form {
  /** The letter that people call the piece by, and its rows. */
  readonly name: string
  readonly height: number
  readonly width: number
  /** Row and column of each of the four squares. */
  readonly squares: ReadonlyArray<readonly [row: number, column: number]>
}

/** The 19 forms that the seven have when they are turned by quarters. */
const FORMS = Object.entries(TETROMINOES).flatMap(([letter, rows]) => {
  const turns = [rows]
  for (let i = 0; i < 3; i++) turns.push(turned(turns.at(-1)!))
  return [...new Set(turns.map(rows => rows.join('/')))].map(text => formOf(letter, text))
})

function turned (rows: readonly string[]): string[] {
  return Array.from(rows[0]!, (_, column) => rows.map(row => row[column]!).reverse().join(''))
}

function formOf (letter: string, text: string): Form {
  const rows = text.split('/')
  const squares = rows.flatMap((row, y) => Array.from(row).flatMap((cell, x) => cell === '1' ? [[y, x] as const] : []))
  return { name: `${letter} ${text}`, height: rows.length, width: rows[0]!.length, squares }
}

/**
 * Draws pictures as those of Tetrominoes (Kabra et al., "Multi-Object Datasets", 2019): 35 × 35, RGB, black, with three
 * pieces of four squares of 5 × 5 pixels that do not overlap. Each has one of the 19 forms that tetrominoes have in a
 * plane (the published set has 17), one of six colours (red, green, blue, yellow, magenta, cyan) and a place at any
 * whole pixels, all equally likely and drawn by the picture's own number; a piece that finds no place in 50 tries
 * begins the picture anew. Masks number the pieces from 1, and a piece's class is its form. Training and test pictures
 * come from different streams.
 */
export async function openTetrominoes ({ count, testCount, seed }: TetrominoesConfig): Promise<DataSplits> {
  const split = (stream: 'train' | 'test', count: number): ImageDataset => {
    function drawPicture (index: number, image: Uint8Array, mask: Uint8Array): number[] {
      const random = createRandom(seed, 'tetrominoes', stream, index)
      let forms: number[] | undefined
      while (forms === undefined) forms = drawPieces(random, image.fill(0), mask.fill(0))
      return forms
    }

    return createDrawnDataset({
      name: `tetrominoes/${stream}`,
      shape: { height: SIDE, width: SIDE, channels: 3 },
      count,
      definition: { source: 'tetrominoes', DEFINITION, seed },
      hasMasks: true,
      objectClasses: {
        names: FORMS.map(({ name }) => name),
        of: index => drawPicture(index, new Uint8Array(3 * SIDE * SIDE), new Uint8Array(SIDE * SIDE)),
      },
      draw (index, image, mask = new Uint8Array(SIDE * SIDE)) {
        drawPicture(index, image, mask)
      },
    })
  }
  return { train: split('train', count), test: split('test', testCount), skipped: [] }
}

/** @returns the form of each piece; undefined where one found no place */
function drawPieces (random: Random, image: Uint8Array, mask: Uint8Array): number[] | undefined {
  const forms: number[] = []
  for (let piece = 1; piece <= PIECES; piece++) {
    const place = findPlace(random, mask)
    if (place === undefined) return undefined
    const { form, pixels } = place
    forms.push(form)
    const colour = COLOURS[random.integer(COLOURS.length)]!
    for (const pixel of pixels) {
      image.set(colour, 3 * pixel)
      mask[pixel] = piece
    }
  }
  return forms
}

function findPlace (random: Random, mask: Uint8Array): { form: number, pixels: number[] } | undefined {
  for (let i = 0; i < TRIES; i++) {
    const form = random.integer(FORMS.length)
    const { height, width, squares } = FORMS[form]!
    const top = random.integer(SIDE - SQUARE * height + 1)
    const left = random.integer(SIDE - SQUARE * width + 1)
    const pixels = squares.flatMap(([row, column]) => Array.from({ length: SQUARE * SQUARE }, (_, i) =>
      (top + SQUARE * row + Math.floor(i / SQUARE)) * SIDE + left + SQUARE * column + i % SQUARE))
    if (pixels.every(pixel => mask[pixel] === 0)) return { form, pixels }
  }
  return undefined
}
