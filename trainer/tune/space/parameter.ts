/** One parameter of a search space, and how its values become the numbers that samplers and the journal work with. */
import type { Random } from '../../random/index.js'

/** The parameter exists only where each of these others has the value, or one of the values, given here. */
export type Condition = Readonly<Record<string, unknown>>

interface Conditional {
  readonly when?: Condition
}

export interface NumericParameter extends Conditional {
  readonly type: 'float' | 'int'
  readonly low: number
  readonly high: number
  /** Uniform in the logarithm. */
  readonly log?: boolean
  /** Only low, low + step, low + 2 · step … up to high. */
  readonly step?: number
}

export interface ChoiceParameter extends Conditional {
  readonly type: 'choice'
  /** JSON values: numbers, text, objects … */
  readonly choices: readonly unknown[]
}

export type Parameter = NumericParameter | ChoiceParameter

/** Where densities live: the logarithm for `log`, and half a step beyond both ends where values are discrete. */
export interface Axis {
  readonly low: number
  readonly high: number
  readonly log: boolean
  /** Distance between neighbouring values, not in the logarithm; undefined where values are continuous. */
  readonly step: number | undefined
}

export function stepOf ({ type, step, log }: NumericParameter): number | undefined {
  return type === 'int' ? (log === true ? 1 : step ?? 1) : step
}

export function axisOf (parameter: NumericParameter): Axis {
  const { low, log = false } = parameter
  const step = stepOf(parameter)
  const half = (step ?? 0) / 2
  const place = (value: number) => log ? Math.log(value) : value
  return { low: place(low - half), high: place(lastOf(parameter) + half), log, step }
}

/** The highest value that can be drawn: `high`, or the last step before it. */
export function lastOf (parameter: NumericParameter): number {
  const { low, high } = parameter
  const step = stepOf(parameter)
  // A step such as 0.1 has no exact double: what is all but a whole number of steps counts as one.
  return step === undefined ? high : tidy(low + Math.floor((high - low) / step + 1e-9) * step)
}

/** The allowed value that is nearest to `value`. */
export function nearest (parameter: NumericParameter, value: number): number {
  const step = stepOf(parameter)
  const allowed = step === undefined ? value : tidy(parameter.low + Math.round((value - parameter.low) / step) * step)
  return Math.min(Math.max(allowed, parameter.low), lastOf(parameter))
}

/** Takes away what binary fractions leave behind: 0.30000000000000004 is 0.3. */
function tidy (value: number): number {
  return Number(value.toPrecision(15))
}

/** The number of different values; Infinity for continuous ones. */
export function countOf (parameter: Parameter): number {
  if (parameter.type === 'choice') return parameter.choices.length
  const step = stepOf(parameter)
  if (parameter.low === parameter.high) return 1
  return step === undefined ? Infinity : Math.round((lastOf(parameter) - parameter.low) / step) + 1
}

/** Draws uniformly, in the logarithm where the parameter is so. @returns the number, or a choice's index */
export function drawUniformly (parameter: Parameter, random: Random): number {
  if (parameter.type === 'choice') return random.integer(parameter.choices.length)
  const { low, high, log } = axisOf(parameter)
  const drawn = low + random.uniform() * (high - low)
  return nearest(parameter, log ? Math.exp(drawn) : drawn)
}

/** Gives what is written into a config for a number that was drawn: itself, or the choice of that index. */
export function valueOf (parameter: Parameter, drawn: number): unknown {
  return parameter.type === 'choice' ? parameter.choices[drawn] : drawn
}
