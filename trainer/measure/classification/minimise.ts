/** A smooth function and its gradient, which it writes into `gradient`. Returns the value. */
export type SmoothFunction = (point: Float64Array, gradient: Float64Array) => number | Promise<number>

const MEMORY = 10

/**
 * Minimum of a smooth convex function by limited-memory BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5), with step
 * lengths that satisfy the Armijo condition found by halving; steps without positive curvature are not remembered.
 * @param tolerance stops when no element of the gradient is larger
 */
export async function minimise (
  evaluate: SmoothFunction,
  start: Float64Array,
  { iterations = 200, tolerance = 1e-6 } = {}
): Promise<Float64Array> {
  let point = start.slice()
  let gradient = new Float64Array(point.length)
  let value = await evaluate(point, gradient)
  const history: Array<{ step: Float64Array; change: Float64Array; inverse: number }> = []
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (gradient.every(element => Math.abs(element) <= tolerance)) break
    const direction = twoLoop(gradient, history)
    const slope = dot(direction, gradient)
    const next = new Float64Array(point.length)
    const nextGradient = new Float64Array(point.length)
    let nextValue = Infinity
    // The first direction is the bare gradient, whose length says nothing about the step.
    let length = history.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1
    for (let halving = 0; halving < 40; halving++, length /= 2) {
      for (let i = 0; i < next.length; i++) next[i] = point[i]! + length * direction[i]!
      nextValue = await evaluate(next, nextGradient)
      if (nextValue <= value + 1e-4 * length * slope) break
    }
    if (!(nextValue < value)) break // as low as rounding lets it go
    const step = next.map((element, i) => element - point[i]!)
    const change = nextGradient.map((element, i) => element - gradient[i]!)
    const curvature = dot(step, change)
    if (curvature > 1e-12 * dot(change, change)) history.push({ step, change, inverse: 1 / curvature })
    if (history.length > MEMORY) history.shift()
    ;[point, gradient, value] = [next, nextGradient, nextValue]
  }
  return point
}

/** −H·gradient, H the inverse Hessian that the remembered steps imply. */
function twoLoop (
  gradient: Float64Array,
  history: ReadonlyArray<{ step: Float64Array; change: Float64Array; inverse: number }>
): Float64Array {
  const direction = gradient.map(element => -element)
  const weights = history.map(() => 0)
  for (let m = history.length - 1; m >= 0; m--) {
    const { step, change, inverse } = history[m]!
    weights[m] = inverse * dot(step, direction)
    addScaled(direction, change, -weights[m]!)
  }
  const latest = history.at(-1)
  if (latest !== undefined) {
    const scale = 1 / (latest.inverse * dot(latest.change, latest.change))
    direction.forEach((element, i) => {
      direction[i] = element * scale
    })
  }
  for (const [m, { step, change, inverse }] of history.entries()) {
    addScaled(direction, step, weights[m]! - inverse * dot(change, direction))
  }
  return direction
}

function dot (a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function addScaled (target: Float64Array, source: Float64Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += scale * source[i]!
}
