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
/** Where inner and outer parts of a form cancel, as a frame's do, the radii from one of these on are reversed. */
const REVERSED_FROM = [4, 6]
/** How much such moments count, to anchor what has no others. */
const REVERSED = 1 / 4
/** What can anchor the angle: each frequency but 0, by its sum over radii and by those with some reversed. */
const ANCHORS = (1 + REVERSED_FROM.length) * LARGEST_FREQUENCY
/** Frequencies above this one count half as anchors: of things of a few pixels they are noise. */
const COMMON = 4
/** The first frequencies decide among the angles that the anchor leaves open: so much do they count. */
const DECISION = 0.1
/**
 * How far the waves of each of those are shifted. Unshifted, the two angles beside an axis of symmetry would score
 * alike; all shifted by an eighth of a turn, so would two of the four that a fourth frequency leaves.
 */
const SHIFTS = [Math.PI / 8, Math.PI / 4, Math.PI / 4]
const ANGLES = 144
/** What of the scores, which are about 1, decides between angles that are alike otherwise, for each radian. */
const TIE = 3e-4
/** Alpha logits fall so steeply beyond this share of the patch's half side: its corners would turn out of it. */
const [EDGE, FALL] = [0.9, 20]

const frequencyOf = (pair: number): number => Math.floor(pair / RADII)

/** Cells that a wave takes at least, along its circle: with few it would look like a longer one. */
const SHORTEST_WAVE = 4
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
    const isResolved = (r: number) => Math.PI * r * cells >= SHORTEST_WAVE * frequency
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
 * Finds the angle of a form. The strongest of its frequencies anchors it, up to that frequency's symmetry; the first
 * three decide what is left open. Without gradient.
 *
 * It turns with the form; of the angles that a symmetry makes alike it is the nearest to 0. It is arbitrary for what is
 * the same all around, and may jump for forms that are as strong in two frequencies as to be anchored by either.
 * @param coefficients [M, 2 · HARMONICS]
 * @returns [M, 1] in radians, from −π to π but for half a step of 1/144 turn
 */
export function angleOf (coefficients: tf.Tensor): tf.Tensor {
  const count = coefficients.shape[0]!
  const byRadius = tf.reshape(
    tf.slice(coefficients, [0, 2 * RADII], [-1, -1]), [count, LARGEST_FREQUENCY, RADII, 2])
  const moments = tf.sum(byRadius, 2) // [M, LARGEST_FREQUENCY, 2]: sums over radii, of frequencies 1, 2, …
  const reversed = REVERSED_FROM.map(radius => { // each [M, LARGEST_FREQUENCY, 2]
    const outer = tf.sum(tf.slice(byRadius, [0, 0, radius, 0], [-1, -1, -1, -1]), 2)
    return tf.mul(tf.sub(moments, tf.mul(outer, 2)), REVERSED)
  })
  const weights = Float32Array.from({ length: ANCHORS }, (_, i) => i % LARGEST_FREQUENCY < COMMON ? 1 : 0.5)
  const anchors = // [M, ANCHORS, 2]
    tf.mul(tf.concat([moments, ...reversed], 1), tf.tensor3d(weights, [1, ANCHORS, 1]))
  const power = tf.sum(tf.square(anchors), 2) // [M, ANCHORS]
  const strongest = tf.oneHot(tf.argMax(power, 1) as tf.Tensor1D, ANCHORS, 1, 0, 'float32') // [M, ANCHORS]
  const length = tf.sqrt(tf.add(tf.max(power, 1, true), 1e-6)) // [M, 1]
  const anchor = tf.div(tf.mul(anchors, tf.expandDims(strongest, 2)), tf.expandDims(length, 2)) // [M, ANCHORS, 2]
  const total = tf.sqrt(tf.add(tf.sum(power, 1, true), 1e-6)) // [M, 1]
  const first = tf.slice(moments, [0, 0, 0], [-1, SHIFTS.length, -1]) // [M, 3, 2]
  const deciding = tf.div(first, tf.expandDims(total, 2)) // [M, 3, 2]
  const scores = tf.add(
    tf.matMul(tf.reshape(anchor, [count, 2 * ANCHORS]), waves(new Array<number>(ANCHORS).fill(0))),
    tf.mul(tf.matMul(tf.reshape(deciding, [count, 2 * SHIFTS.length]), waves(SHIFTS)), DECISION)
  ) // [M, ANGLES]
  // Angles that a symmetry makes alike: which is taken is not to hang on rounding.
  const nearer = tf.tensor2d([Array.from({ length: ANGLES }, (_, i) => -TIE * Math.abs(angleAt(i)))]) // [1, ANGLES]
  const best = tf.oneHot(tf.argMax(tf.add(scores, nearer), 1) as tf.Tensor1D, ANGLES, 1, 0, 'float32') // [M, ANGLES]
  const at = (shift: number) => tf.sum(tf.mul(best, rolled(scores, shift)), 1, true) // [M, 1]
  const [before, peak, after] = [at(-1), at(0), at(1)]
  // The vertex of the parabola through the three.
  const curvature = tf.sub(tf.add(before, after), tf.mul(peak, 2)) // [M, 1], not above 0
  const offset = tf.div(tf.sub(before, after), tf.sub(tf.mul(curvature, 2), 1e-9)) // [M, 1], in steps of the grid
  const angles = tf.tensor2d(Array.from({ length: ANGLES }, (_, i) => angleAt(i)), [ANGLES, 1])
  return tf.add(tf.matMul(best as tf.Tensor2D, angles), tf.mul(offset, 2 * Math.PI / ANGLES)) // [M, 1]
}

const angleAt = (i: number): number => (i + 1) * 2 * Math.PI / ANGLES - Math.PI

/** [2 · shifts, ANGLES]: cosine and sine of m ω + shift at each angle; m goes from 1 to the largest, and again. */
function waves (shifts: readonly number[]): tf.Tensor2D {
  const rows = Array.from({ length: 2 * shifts.length }, (_, i) => Array.from({ length: ANGLES }, (_, j) => {
    const phase = ((i >> 1) % LARGEST_FREQUENCY + 1) * angleAt(j) + shifts[i >> 1]!
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
