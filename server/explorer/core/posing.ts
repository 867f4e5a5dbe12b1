/** Where the handles of a posed picture are: what is bright on dark ground has a centre, a slant, a height, a width. */
import type { PoseUnit } from './architecture.js'
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

/** The way that a handle moves. */
export const axisOf = (kind: PoseUnit['kind']): 'x' | 'y' => kind === 'height' ? 'y' : 'x'

/** Places a handle: the slant's at the top, the width's on the right, the height's at the bottom. */
export function handleOf (kind: PoseUnit['kind'], { centre, slant, high, wide }: Frame): Point {
  if (kind === 'width') return { x: centre.x + wide * REACH + BESIDE, y: centre.y }
  const y = (kind === 'slant' ? -1 : 1) * (high * REACH + BESIDE)
  return { x: centre.x + slant * y, y: centre.y + y }
}
