/** Linear support vector machines, which SAP tells classes apart with. */
import { Matrix, solve } from 'ml-matrix'
import { UNPACED, type Pace } from '../pace.js'
import type { Table } from './representation.js'

export interface SvmOptions {
  /** Weight of the errors beside the regularisation; default 0.01, as disentanglement_lib's SAP. */
  readonly c?: number
  readonly pace?: Pace | undefined
}

const MOST_STEPS = 100
/** The gradient, relative to the first, at which a minimum is found. */
const TOLERANCE = 1e-8

/**
 * Learns classes one against the rest by the squared hinge loss, ½‖w‖² + C Σ cᵢ max(0, 1 − yᵢ w·xᵢ)², with the
 * intercept among the weights that are regularised: the problem of scikit-learn's `LinearSVC(C=0.01,
 * class_weight='balanced')` (liblinear's solver 2), solved by Newton's method. Examples of the class itself weigh n /
 * (classes · n_c), those of the rest 1; of two classes both weigh so.
 * @param labels class of each row of `train`, 0 … classes − 1; each occurs
 * @returns the class of each query, [queries.rows]
 */
export async function classifyBySvm (
  train: Table,
  labels: ArrayLike<number>,
  queries: Table,
  classes: number,
  { c = 0.01, pace = UNPACED }: SvmOptions = {}
): Promise<Uint16Array> {
  const counts = new Float64Array(classes)
  for (let row = 0; row < train.rows; row++) counts[labels[row]!]!++
  const weightOf = (label: number) => c * train.rows / (classes * counts[label]!)
  const x = withIntercept(train)
  const one = classes === 2 ? [1] : Array.from({ length: classes }, (_, label) => label)
  const planes: Float64Array[] = []
  for (const label of one) {
    await pace()
    const isIn = Uint8Array.from({ length: train.rows }, (_, row) => Number(labels[row] === label))
    planes.push(separate(x, isIn, train.columns + 1, weightOf(label), classes === 2 ? weightOf(0) : c))
  }
  const unseen = withIntercept(queries)
  return Uint16Array.from({ length: queries.rows }, (_, row) => {
    const scores = planes.map(plane => plane.reduce((sum, w, i) => sum + w * unseen[row * plane.length + i]!, 0))
    return classes === 2 ? Number(scores[0]! > 0) : scores.indexOf(Math.max(...scores))
  })
}

/** A column of ones beside the others: [rows, columns + 1]. */
function withIntercept ({ values, rows, columns }: Table): Float64Array {
  const x = new Float64Array(rows * (columns + 1)).fill(1)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) x[row * (columns + 1) + i] = values[row * columns + i]!
  }
  return x
}

/**
 * Finds the plane between the rows that are in and the rest.
 * @param x [rows, width]
 * @returns [width]
 */
function separate (x: Float64Array, isIn: Uint8Array, width: number, weightIn: number, weightOut: number) {
  let w = new Float64Array(width)
  let state = derivatives(x, isIn, w, weightIn, weightOut)
  const enough = TOLERANCE * norm(state.gradient)
  for (let step = 0; step < MOST_STEPS && norm(state.gradient) > enough; step++) {
    const direction = solve(state.hessian, Matrix.columnVector(Array.from(state.gradient))).to1DArray()
    const slope = direction.reduce((sum, value, i) => sum - value * state.gradient[i]!, 0)
    let length = 1
    let next = w
    let moved = state
    for (let halving = 0; halving < 30; halving++, length /= 2) {
      next = w.map((value, i) => value - length * direction[i]!)
      moved = derivatives(x, isIn, next, weightIn, weightOut)
      if (moved.value <= state.value + 1e-4 * length * slope) break
    }
    if (!(moved.value < state.value)) break // as low as rounding lets it go
    ;[w, state] = [next, moved]
  }
  return w
}

/** The objective, its gradient, and its generalised Hessian: rows within the margin alone have curvature. */
function derivatives (x: Float64Array, isIn: Uint8Array, w: Float64Array, weightIn: number, weightOut: number) {
  const width = w.length
  const gradient = w.slice()
  const hessian = Matrix.identity(width)
  const curvature = new Float64Array(width * width)
  let value = w.reduce((sum, element) => sum + element * element, 0) / 2
  for (let row = 0, at = 0; row < isIn.length; row++, at += width) {
    const sign = isIn[row] === 1 ? 1 : -1
    let score = 0
    for (let i = 0; i < width; i++) score += w[i]! * x[at + i]!
    const slack = 1 - sign * score
    if (slack <= 0) continue
    const weight = sign > 0 ? weightIn : weightOut
    value += weight * slack * slack
    for (let i = 0; i < width; i++) {
      gradient[i]! -= 2 * weight * sign * slack * x[at + i]!
      for (let j = 0; j <= i; j++) curvature[i * width + j]! += 2 * weight * x[at + i]! * x[at + j]!
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      const [low, high] = i >= j ? [j, i] : [i, j]
      hessian.set(i, j, hessian.get(i, j) + curvature[high * width + low]!)
    }
  }
  return { value, gradient, hessian }
}

const norm = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
