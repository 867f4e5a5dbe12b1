import { TrainerError } from '../../foundation/errors.js'
import { blend, boxOf, coverageAt, fromHsv, paintEllipse, type Canvas, type Colour } from './canvas.js'
import { FACTORS, factorsOf } from './factors.js'

/**
 * The objects that can be left out of a scene, in the order of painting; each is named as the factor group that it
 * shows.
 */
export const OBJECTS = ['B', 'table', 'A', 'ball'] as const
export type ObjectName = typeof OBJECTS[number]

export interface SceneOptions {
  /** Output pixels, 4:3: a multiple of 3 and of 4. */
  readonly height: number
  readonly width: number
  /** Objects to leave out; the ball takes its shadow along. */
  readonly skip?: readonly string[]
  /** Also return masks. Default false. */
  readonly masks?: boolean
}

export interface RenderedScene {
  /** RGB in [0, 1], [H, W, 3]. */
  readonly image: Float32Array
  /**
   * The share of each pixel that each object covers, in [0, 1], [H, W], as if nothing lay over it; shadows do not
   * count. Only where asked for.
   */
  readonly masks: Readonly<Partial<Record<ObjectName, Float32Array>>>
}

/** The canvas on which factors are defined. */
const UNITS_WIDE = 64
const UNITS_HIGH = 48

/** The height at which the wall meets the floor. */
const HORIZON = 18
const SKIN: Colour = [0.95, 0.78, 0.62]
const PADDLE: Colour = [0.75, 0.08, 0.10]
const WHITE: Colour = [1, 1, 0.92]
const BLACK: Colour = [0, 0, 0]

/**
 * Draws a scene of synthetic table tennis: wall and floor, then player B, the table, the ball's shadow, player A and
 * the ball, all under one light. On 4:3 canvases of any size; shapes scale, their edges stay one output pixel wide.
 * @param factors in their own units, [18], in the order of FACTORS
 * @throws TrainerError PVAE_INVALID_PARAMETER for another number of factors, an unknown object or a canvas that is not
 * 4:3
 */
export function renderScene (
  factors: Float32Array,
  { height, width, skip = [], masks: wantMasks = false }: SceneOptions
): RenderedScene {
  if (factors.length !== FACTORS.length) {
    throw invalid(`${FACTORS.length} numbers`, 'the factors of a scene', `${factors.length}`)
  }
  checkSize(height, width)
  const unknown = skip.find(name => !OBJECTS.includes(name as ObjectName))
  if (unknown !== undefined) {
    throw invalid(`one of ${OBJECTS.join(', ')}`, 'the objects to skip', JSON.stringify(unknown))
  }

  const [wall, floor] = factorsOf(factors, 'background')
  const [light] = factorsOf(factors, 'light')
  const canvas: Canvas = { height, width, scale: width / UNITS_WIDE, image: new Float32Array(height * width * 3) }
  const masks: Partial<Record<ObjectName, Float32Array>> = {}
  const show = (name: ObjectName): boolean => !skip.includes(name)
  const maskOf = (name: ObjectName): Float32Array | undefined =>
    wantMasks ? (masks[name] = new Float32Array(height * width)) : undefined
  // Blending is linear, so lit colours give the same picture as light over all of it.
  const lit = ([red, green, blue]: Colour): Colour => [red * light, green * light, blue * light]

  paintBackground(canvas, lit(fromHsv(wall, 0.45, 0.75)), lit([floor, floor, floor]))
  if (show('B')) {
    const [x, y, hue, angle] = factorsOf(factors, 'B')
    paintPlayer(canvas, { x, y, hue, angle, size: 0.75, side: -1 }, lit, maskOf('B'))
  }
  if (show('table')) {
    const [hue, y, scale, tilt] = factorsOf(factors, 'table')
    paintTable(canvas, { y, scale, tilt }, lit(fromHsv(hue, 0.75, 0.65)), lit(WHITE), maskOf('table'))
  }
  const [ballX, ballY, radius] = factorsOf(factors, 'ball')
  if (show('ball')) {
    paintEllipse(
      canvas,
      { x: ballX, y: ballY + 3 + 4 * (radius - 1.2), a: 1.3 * radius, b: 0.6 * radius },
      BLACK,
      0.5
    )
  }
  if (show('A')) {
    const [x, y, hue, angle] = factorsOf(factors, 'A')
    paintPlayer(canvas, { x, y, hue, angle, size: 1, side: 1 }, lit, maskOf('A'))
  }
  if (show('ball')) paintEllipse(canvas, { x: ballX, y: ballY, a: radius, b: radius }, lit(WHITE), 1, maskOf('ball'))
  return { image: canvas.image, masks }
}

/** @throws TrainerError PVAE_INVALID_PARAMETER unless it is 4:3 */
export function checkSize (height: number, width: number): void {
  if (!Number.isInteger(height) || height < 3 || width * UNITS_HIGH !== height * UNITS_WIDE) {
    throw invalid(
      'a width of 4/3 of the height, in whole pixels',
      'the size of a table-tennis scene',
      `${height} × ${width} (height × width)`
    )
  }
}

function paintBackground ({ height, width, scale, image }: Canvas, wall: Colour, floor: Colour): void {
  for (let row = 0; row < height; row++) {
    const share = coverageAt(HORIZON * scale - (row + 0.5))
    for (let c = 0; c < 3; c++) {
      const value = wall[c]! * (1 - share) + floor[c]! * share
      for (let i = 3 * row * width + c, end = 3 * (row + 1) * width; i < end; i += 3) image[i] = value
    }
  }
}

interface Player {
  readonly x: number
  readonly y: number
  /** Hue of the shirt. */
  readonly hue: number
  /** Angle of the arm, above the horizontal. */
  readonly angle: number
  readonly size: number
  /** The side on which the paddle is held: 1 right, −1 left. */
  readonly side: 1 | -1
}

function paintPlayer (
  canvas: Canvas,
  { x, y, hue, angle, size, side }: Player,
  lit: (colour: Colour) => Colour,
  mask?: Float32Array
): void {
  const paddle = {
    x: x + side * 7.2 * size * Math.cos(angle),
    y: y - 7.2 * size * Math.sin(angle),
    a: 1.5 * size,
    b: 2.7 * size,
    angle: -side * angle,
  }
  paintEllipse(canvas, { x, y, a: 4.2 * size, b: 5.6 * size }, lit(fromHsv(hue, 0.85, 0.9)), 1, mask)
  paintEllipse(canvas, { x, y: y - 7.4 * size, a: 2.6 * size, b: 2.6 * size }, lit(SKIN), 1, mask)
  paintEllipse(canvas, paddle, lit(PADDLE), 1, mask)
}

interface Table {
  /** Height of the centre, which is in the middle of the canvas. */
  readonly y: number
  readonly scale: number
  /** Units down for each unit to the right. */
  readonly tilt: number
}

/** A trapezoid, narrower at its far edge, with a white net across and a white edge, sheared by the tilt. */
function paintTable (canvas: Canvas, table: Table, colour: Colour, white: Colour, mask?: Float32Array): void {
  const { width, scale } = canvas
  const middle = UNITS_WIDE / 2
  const halfHeight = 6 * table.scale
  const widest = table.scale * (14 + 3 * 1.2) + 0.5 / scale
  const { top, bottom, left, right } = boxOf(
    canvas,
    middle,
    table.y,
    widest,
    halfHeight + 0.5 / scale + Math.abs(table.tilt) * widest
  )
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const dx = (column + 0.5) / scale - middle
      const dy = (row + 0.5) / scale - table.y - table.tilt * dx
      const halfWidth = table.scale * (14 + 3 * Math.min(1.2, Math.max(-1.2, dy / halfHeight)))
      const across = Math.abs(dx) - halfWidth
      const along = Math.abs(dy) - halfHeight
      const sides = coverageAt(across * scale)
      const inside = sides * coverageAt(along * scale)
      if (inside > 0) {
        // Half of the net's width, and the width of the edge.
        const net = sides * coverageAt((Math.abs(dy) - 0.6) * scale)
        const edge = inside * (1 - coverageAt((along + 1) * scale) * coverageAt((across + 1) * scale))
        const pixel = row * width + column
        blend(canvas, pixel, inside, colour)
        blend(canvas, pixel, 0.8 * Math.max(net, edge), white)
        if (mask !== undefined) mask[pixel] = inside
      }
    }
  }
}

function invalid (expected: string, name: string, received: string): TrainerError {
  return new TrainerError('PVAE_INVALID_PARAMETER', `expected ${expected} for ${name} but received ${received}`)
}
