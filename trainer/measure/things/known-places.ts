/** Where things are, known without the model, and the boxes around them. */
import type { ImageShape } from '@partition-vae/models'
import type { ImageSource } from '../batches.js'

/** Where T things are in some images. */
export interface KnownPlaces {
  /** The partition that is to hold each, [T]. */
  readonly partitions: readonly string[]
  /** Height and width of each in pixels, [T]. */
  readonly extents: ReadonlyArray<readonly [height: number, width: number]>
  readonly split: 'training' | 'test'
  readonly source: ImageSource
  /** The images, ascending: [n]. */
  readonly indices: Uint32Array
  /** Row and column of each thing's centre in pixels, NaN where they are not known: [n, T, 2]. */
  readonly places: Float32Array
}

export type Place = readonly [row: number, column: number]

/** Whole pixels; bottom and right are exclusive. */
export interface Box {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

/** Pixels on each side of a thing that count as its own: edges are blurred, and places are not exact. */
const MARGIN = 1

/** The place of a thing in the i-th image; undefined where it is not known. */
export function placeOf (
  { places, partitions }: Pick<KnownPlaces, 'places' | 'partitions'>,
  i: number,
  thing: number
): Place | undefined {
  const at = (i * partitions.length + thing) * 2
  return Number.isNaN(places[at]) ? undefined : [places[at]!, places[at + 1]!]
}

/** Gives the pixels that a thing touches, with a margin of one, as far as they are in the image. */
export function boxAround (
  [row, column]: Place,
  [height, width]: readonly [height: number, width: number],
  shape: Pick<ImageShape, 'height' | 'width'>
): Box {
  const clipped = (value: number, most: number) => Math.min(most, Math.max(0, value))
  return {
    top: clipped(Math.floor(row - height / 2) - MARGIN, shape.height),
    bottom: clipped(Math.ceil(row + height / 2) + MARGIN, shape.height),
    left: clipped(Math.floor(column - width / 2) - MARGIN, shape.width),
    right: clipped(Math.ceil(column + width / 2) + MARGIN, shape.width),
  }
}

/** Tells whether a point, in pixels from the upper left corner, lies in a box. */
export function isInside ({ top, bottom, left, right }: Box, [row, column]: Place): boolean {
  return row >= top && row < bottom && column >= left && column < right
}

/** Sets the pixels of boxes in a mask. → [H, W] */
export function maskOf (boxes: readonly Box[], { height, width }: Pick<ImageShape, 'height' | 'width'>): Uint8Array {
  const mask = new Uint8Array(height * width)
  for (const { top, bottom, left, right } of boxes) {
    for (let row = top; row < bottom; row++) mask.fill(1, row * width + left, row * width + right)
  }
  return mask
}
