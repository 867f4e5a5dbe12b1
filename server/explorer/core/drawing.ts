/** Strokes of a pen, and the pixels that they make. Lengths in pixels of the model. */
import type { Point } from './layers.js'

export type Stroke = readonly Point[]

/** The digits of MNIST lie in a box of 20 pixels of 28, on their centre of mass (LeCun et al. 1998). */
const BOX = 20 / 28
/** At this width a stroke has the median width of MNIST's (twice the area over the edge, of 2,000 test images). */
const BRUSH = 2.4 / 28
/** Over which the brush fades. */
const SOFT = 1
/** Drawings are enlarged this much at most: what is meant to be a dot stays one. */
const LARGEST = 3

/** Gives the brush's width for a picture. */
export const brushOf = (width: number, height: number): number => Math.max(BRUSH * Math.min(width, height), 1)

const map = (strokes: readonly Stroke[], to: (point: Point) => Point): Stroke[] => strokes.map(stroke => stroke.map(to))

/** Squared distance of a point from a line between two. */
function distance ({ x, y }: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const square = dx * dx + dy * dy
  const share = square === 0 ? 0 : Math.min(Math.max(((x - a.x) * dx + (y - a.y) * dy) / square, 0), 1)
  return (a.x + share * dx - x) ** 2 + (a.y + share * dy - y) ** 2
}

/** Draws strokes in white on black. @returns [H · W], 0 to 255 */
export function rasterise (
  strokes: readonly Stroke[], width: number, height: number, brush: number
): Uint8ClampedArray<ArrayBuffer> {
  const nearest = new Float32Array(width * height).fill(Infinity)
  const reach = brush / 2 + SOFT
  for (const stroke of strokes) {
    for (let k = 0; k < stroke.length; k++) {
      const [a, b] = [stroke[Math.max(k - 1, 0)]!, stroke[k]!]
      const [left, right] = [Math.min(a.x, b.x) - reach, Math.max(a.x, b.x) + reach]
      const [top, bottom] = [Math.min(a.y, b.y) - reach, Math.max(a.y, b.y) + reach]
      for (let y = Math.max(Math.floor(top), 0); y < Math.min(bottom, height); y++) {
        for (let x = Math.max(Math.floor(left), 0); x < Math.min(right, width); x++) {
          const at = y * width + x
          nearest[at] = Math.min(nearest[at]!, distance({ x: x + 0.5, y: y + 0.5 }, a, b))
        }
      }
    }
  }
  return new Uint8ClampedArray(nearest.map(square => 255 * ((brush / 2 - Math.sqrt(square)) / SOFT + 0.5)))
}

function centreOfMass (pixels: Uint8ClampedArray, width: number): Point {
  let [sum, x, y] = [0, 0, 0]
  pixels.forEach((value, i) => {
    sum += value
    x += value * (i % width + 0.5)
    y += value * (Math.floor(i / width) + 0.5)
  })
  return { x: x / sum, y: y / sum }
}

/**
 * Sizes and centres strokes as MNIST's digits are, by their box and their mass. They are fitted as lines and drawn
 * afterwards, so that the brush keeps its width.
 */
export function fitAsDigit (strokes: readonly Stroke[], width: number, height: number): Stroke[] {
  const points = strokes.flat()
  const brush = brushOf(width, height)
  if (points.length === 0) return []
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  const [left, top] = [Math.min(...xs), Math.min(...ys)]
  const long = Math.max(Math.max(...xs) - left, Math.max(...ys) - top)
  const scale = Math.min((BOX * Math.min(width, height) - brush) / Math.max(long, 1e-6), LARGEST)
  // In the middle, so that all of it is weighed.
  const [middleX, middleY] = [(Math.max(...xs) + left) / 2, (Math.max(...ys) + top) / 2]
  const sized = map(strokes, ({ x, y }) =>
    ({ x: (x - middleX) * scale + width / 2, y: (y - middleY) * scale + height / 2 }))
  const mass = centreOfMass(rasterise(sized, width, height, brush), width)
  const at = sized.flat()
  const [across, down] = [
    shiftInside(width / 2 - mass.x, at.map(({ x }) => x), brush / 2 + SOFT, width),
    shiftInside(height / 2 - mass.y, at.map(({ y }) => y), brush / 2 + SOFT, height),
  ]
  return map(sized, ({ x, y }) => ({ x: x + across, y: y + down }))
}

/** Shortens a shift that would move strokes out of the picture: the foot of a seven is far from its mass. */
function shiftInside (shift: number, places: readonly number[], margin: number, size: number): number {
  const [least, most] = [margin - Math.min(...places), size - margin - Math.max(...places)]
  return Math.min(Math.max(shift, least), most)
}
