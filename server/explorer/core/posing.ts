/** Where the handles of a posed picture are: what is bright on dark ground has a centre, a slant, a height, a width. */
import { poseUnitsOf, type Described, type PoseUnit } from '@partition-vae/models/portable'
import type { Point } from './layers.js'

/** Of the bright pixels, weighted by brightness. Lengths in pixels. */
export interface Frame {
  readonly centre: Point
  /** Shift of a row to the right by each pixel that it lies below the centre. */
  readonly slant: number
  /** Standard deviation of the rows. */
  readonly high: number
  /** Standard deviation of the columns once the slant is undone. */
  readonly wide: number
}

/** A brightness below this is ground. */
const GROUND = 16
/** From the centre to a handle, in standard deviations: about the edge of a stroke that fills its box. */
const REACH = 1.75
/** And so many pixels farther, for the stroke's own width. */
const BESIDE = 1

/** Measures the frame, from moments. @param pixels [H, W, 4] @returns undefined of a dark picture */
export function frameOf (pixels: ArrayLike<number>, width: number): Frame | undefined {
  let [sum, sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < pixels.length / 4; i++) {
    const light = Math.max(pixels[i * 4]!, pixels[i * 4 + 1]!, pixels[i * 4 + 2]!) - GROUND
    if (light <= 0) continue
    const [x, y] = [i % width + 0.5, Math.floor(i / width) + 0.5]
    sum += light
    sx += light * x
    sy += light * y
    sxx += light * x * x
    sxy += light * x * y
    syy += light * y * y
  }
  if (sum === 0) return undefined
  const centre = { x: sx / sum, y: sy / sum }
  const rows = Math.max(syy / sum - centre.y ** 2, 1e-3)
  const slant = (sxy / sum - centre.x * centre.y) / rows
  const columns = Math.max(sxx / sum - centre.x ** 2 - slant ** 2 * rows, 1e-3)
  return { centre, slant, high: Math.sqrt(rows), wide: Math.sqrt(columns) }
}

/** A unit that the frame tells: how a thing is turned it does not, since many things look alike from several sides. */
export type HandledUnit = PoseUnit & { readonly kind: Exclude<PoseUnit['kind'], 'angle'> }

/** Finds the units that have a handle on the picture; none of a model without a pose. */
export function handledUnitsOf (card: Described): readonly HandledUnit[] {
  return poseUnitsOf(card).filter((unit): unit is HandledUnit => unit.kind !== 'angle')
}

/** Finds the one that a first drag is shown with, to the side where one goes there. */
export function firstHandleOf (card: Described): HandledUnit | undefined {
  const units = handledUnitsOf(card)
  return units.find(({ kind }) => axisOf(kind) === 'x') ?? units[0]
}

/** The way that a handle moves. */
export const axisOf = (kind: HandledUnit['kind']): 'x' | 'y' => kind === 'height' || kind === 'row' ? 'y' : 'x'

/**
 * Places a handle: the slant's at the top, the width's on the right, the height's at the bottom, the scale's at the
 * bottom right, the column's in the middle, the row's on the left.
 */
export function handleOf (kind: HandledUnit['kind'], { centre, slant, high, wide }: Frame): Point {
  const [across, down] = [wide * REACH + BESIDE, high * REACH + BESIDE]
  switch (kind) {
    case 'slant': return { x: centre.x - slant * down, y: centre.y - down }
    case 'width': return { x: centre.x + across, y: centre.y }
    case 'height': return { x: centre.x + slant * down, y: centre.y + down }
    case 'scale': return { x: centre.x + across, y: centre.y + down }
    case 'column': return centre
    case 'row': return { x: centre.x - across, y: centre.y }
  }
}
