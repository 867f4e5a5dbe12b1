/**
 * Forms in polar harmonics, R_q(r) · cos mφ and R_q(r) · sin mφ: a rotation by ω multiplies the pair of each by
 * (cos mω, sin mω), so that it is a product of coefficients, with a gradient and without a seam.
 */
import * as tf from '@tensorflow/tfjs-core'

/** Radial functions, and the largest m. */
const RADII = 8
const LARGEST_FREQUENCY = 8
/** Pairs of coefficients: by frequency, then by radius. */
export const HARMONICS = (LARGEST_FREQUENCY + 1) * RADII
/** Frequencies that can anchor the angle: of dSprites' kind, a square has 4, a triangle 3, an ellipse 2. */
const ANCHORS = 4
/** Frequencies whose phases decide among the angles that the anchor leaves open, and how much they count. */
const [DECIDING, DECISION] = [3, 0.1]
const ANGLES = 144
/** Alpha logits fall so steeply beyond this share of the patch's half side: its corners would turn out of it. */
const [EDGE, FALL] = [0.9, 20]

const frequencyOf = (pair: number): number => Math.floor(pair / RADII)

/** Points along each side of a cell that a harmonic is averaged over: the grid's own symmetry is that of a square. */
const POINTS = 4

/** Averages a function of polar coordinates, the radius in half sides, over each cell of a grid. */
function averaged (cells: number, value: (radius: number, angle: number) => number): Float64Array {
  const coordinate = (i: number) => (i + 0.5) / POINTS / (cells / 2) - 1
  const values = new Float64Array(cells * cells)
  for (let i = 0; i < cells * POINTS; i++) {
    for (let j = 0; j < cells * POINTS; j++) {
      const [y, x] = [coordinate(i), coordinate(j)]
      const cell = Math.floor(i / POINTS) * cells + Math.floor(j / POINTS)
      values[cell]! += value(Math.hypot(y, x), Math.atan2(y, x)) / POINTS ** 2
    }
  }
  return values
}

/**
 * The harmonics on a grid of cells, 2 · HARMONICS rows of cells²: cosine and sine of each pair. What is the same all
 * around has no part in those that turn.
 */
function basis (cells: number): Float64Array[] {
  const width = 0.7 / (RADII - 1)
  const ring = (q: number, r: number) => r < 1.1 ? Math.exp(-(((r - q / (RADII - 1)) / width) ** 2) / 2) : 0
  return Array.from({ length: 2 * HARMONICS }, (_, i) => {
    const [pair, wave] = [i >> 1, i % 2 === 0 ? Math.cos : Math.sin]
    const [frequency, q] = [frequencyOf(pair), pair % RADII]
    // Cells near the middle are too few to tell high frequencies apart.
    const isResolved = (r: number) => r * 10 >= frequency * 0.5
    const profile = (r: number) => isResolved(r) ? ring(q, r) : 0
    const row = averaged(cells, (r, angle) => profile(r) * wave(frequency * angle))
    if (frequency === 0) return row
    const round = averaged(cells, profile)
    const share = sumOf(row) / (sumOf(round) + 1e-9)
    return row.map((value, at) => value - share * round[at]!)
  })
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)

const bases = new Map<number, Float64Array[]>()

function basisOf (cells: number): Float64Array[] {
  const known = bases.get(cells)
  if (known !== undefined) return known
  const made = basis(cells)
  bases.set(cells, made)
  return made
}

/** maps [M, cells, cells] → their coefficients [M, 2 · HARMONICS], by pairs of harmonics of length 1. */
export function analyse (maps: tf.Tensor): tf.Tensor {
  const [count, cells] = maps.shape as [number, number]
  const rows = basisOf(cells)
  // One length for both of a pair, or turning would not be a rotation of it.
  const lengths = Array.from({ length: HARMONICS }, (_, pair) =>
    Math.hypot(...rows[2 * pair]!, ...rows[2 * pair + 1]!) / (frequencyOf(pair) === 0 ? 1 : Math.SQRT2) + 1e-6)
  const values = Float32Array.from(rows.flatMap((row, i) => Array.from(row, value => value / lengths[i >> 1]!)))
  const matrix = tf.tensor2d(values, [2 * HARMONICS, cells * cells])
  return tf.matMul(tf.reshape(maps, [count, cells * cells]) as tf.Tensor2D, matrix, false, true)
}

/** coefficients [M, 2 · HARMONICS] → alpha logits on a grid [M, cells, cells], far below 0 in its corners. */
export function synthesise (coefficients: tf.Tensor, cells: number): tf.Tensor {
  const matrix = tf.tensor2d(
    Float32Array.from(basisOf(cells).flatMap(row => [...row])), [2 * HARMONICS, cells * cells])
  const corners = Float32Array.from(averaged(cells, radius => FALL * Math.max(0, radius - EDGE)))
  const logits = tf.sub(tf.matMul(coefficients as tf.Tensor2D, matrix), tf.tensor2d(corners, [1, cells * cells]))
  return tf.reshape(logits, [coefficients.shape[0]!, cells, cells])
}

/** Coefficients of a round thing that is opaque in the middle, [2 · HARMONICS]. */
export function roundCoefficients (): Float32Array {
  const values = new Float32Array(2 * HARMONICS)
  for (let radius = 0; radius < RADII; radius++) values[2 * radius] = 4 - 10 * radius / (RADII - 1)
  return values
}

/** Turns forms by angles: coefficients [M, 2 · HARMONICS], angle [M, 1] in radians, from columns towards rows. */
export function turn (coefficients: tf.Tensor, angle: tf.Tensor): tf.Tensor {
  const count = coefficients.shape[0]!
  const frequencies = tf.tensor2d([Array.from({ length: HARMONICS }, (_, pair) => frequencyOf(pair))]) // [1, HARMONICS]
  const phase = tf.mul(angle, frequencies) // [M, HARMONICS]
  const [cosine, sine] = [tf.cos(phase), tf.sin(phase)] // each [M, HARMONICS]
  const pairs = tf.reshape(coefficients, [count, HARMONICS, 2])
  const [a, b] = tf.unstack(pairs, 2) as [tf.Tensor, tf.Tensor] // each [M, HARMONICS]
  const turned = tf.stack([
    tf.sub(tf.mul(a, cosine), tf.mul(b, sine)), tf.add(tf.mul(a, sine), tf.mul(b, cosine)),
  ], 2) // [M, HARMONICS, 2]
  return tf.reshape(turned, [count, 2 * HARMONICS])
}

/**
 * Finds the angle of a form: the strongest of its first frequencies anchors it, up to that frequency's symmetry, and
 * the phases of the first three decide what is left open. It turns with the form, whatever the form is. Without
 * gradient.
 * @param coefficients [M, 2 · HARMONICS]
 * @returns [M, 1] in radians, in (−π, π]
 */
export function angleOf (coefficients: tf.Tensor): tf.Tensor {
  const count = coefficients.shape[0]!
  const byRadius = tf.reshape(
    tf.slice(coefficients, [0, 2 * RADII], [-1, 2 * RADII * ANCHORS]), [count, ANCHORS, RADII, 2])
  const moments = tf.sum(byRadius, 2) // [M, ANCHORS, 2]: sums over radii, of frequencies 1, 2, …
  const power = tf.sum(tf.square(moments), 2) // [M, ANCHORS]
  const strongest = tf.oneHot(tf.argMax(power, 1) as tf.Tensor1D, ANCHORS, 1, 0, 'float32') // [M, ANCHORS]
  const length = tf.sqrt(tf.add(tf.max(power, 1, true), 1e-6)) // [M, 1]
  const anchor = tf.div(tf.mul(moments, tf.expandDims(strongest, 2)), tf.expandDims(length, 2)) // [M, ANCHORS, 2]
  const few = tf.slice(moments, [0, 0, 0], [-1, DECIDING, -1]) // [M, DECIDING, 2]
  const [re, im] = tf.unstack(few, 2) as [tf.Tensor, tf.Tensor] // each [M, DECIDING]
  const squares = tf.stack([ // the phases of squares are twice those of the moments: an axis of symmetry has two ends
    tf.sub(tf.square(re), tf.square(im)), tf.mul(tf.mul(re, im), 2),
  ], 2) // [M, DECIDING, 2]
  const total = tf.reshape(tf.add(tf.sum(power, 1), 1e-6), [count, 1]) // [M, 1]
  const scores = tf.add(
    tf.matMul(tf.reshape(anchor, [count, 2 * ANCHORS]), waves(ANCHORS, 1)),
    tf.mul(tf.div(tf.matMul(tf.reshape(squares, [count, 2 * DECIDING]), waves(DECIDING, 2)), total), DECISION)
  ) // [M, ANGLES]
  const best = tf.oneHot(tf.argMax(scores, 1) as tf.Tensor1D, ANGLES, 1, 0, 'float32') // [M, ANGLES]
  const at = (shift: number) => tf.sum(tf.mul(best, rolled(scores, shift)), 1, true) // [M, 1]
  const [before, peak, after] = [at(-1), at(0), at(1)]
  // The vertex of the parabola through the three.
  const curvature = tf.sub(tf.add(before, after), tf.mul(peak, 2)) // [M, 1], not above 0
  const offset = tf.div(tf.sub(before, after), tf.sub(tf.mul(curvature, 2), 1e-9)) // [M, 1], in steps of the grid
  const angles = tf.tensor2d(Array.from({ length: ANGLES }, (_, i) => angleAt(i)), [ANGLES, 1])
  return tf.add(tf.matMul(best as tf.Tensor2D, angles), tf.mul(offset, 2 * Math.PI / ANGLES)) // [M, 1]
}

const angleAt = (i: number): number => (i + 1) * 2 * Math.PI / ANGLES - Math.PI

/** [2 · frequencies, ANGLES]: cosine and sine of `times` m ω at each angle. */
function waves (frequencies: number, times: number): tf.Tensor2D {
  const rows = Array.from({ length: 2 * frequencies }, (_, i) => Array.from({ length: ANGLES }, (_, j) => {
    const phase = times * ((i >> 1) + 1) * angleAt(j)
    return i % 2 === 0 ? Math.cos(phase) : Math.sin(phase)
  }))
  return tf.tensor2d(rows)
}

/** x [M, n] → element i + shift in the place of element i, around the end. shift: −1, 0 or 1. */
function rolled (x: tf.Tensor, shift: number): tf.Tensor {
  const size = x.shape[1]!
  if (shift === 0) return x
  const cut = shift === 1 ? 1 : size - 1
  return tf.concat([tf.slice(x, [0, cut], [-1, size - cut]), tf.slice(x, [0, 0], [-1, cut])], 1)
}
