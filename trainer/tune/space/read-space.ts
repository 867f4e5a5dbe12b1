import { Type, Value, type TSchema } from '@partition-vae/models/typebox'
import { didYouMean } from '@partition-vae/models'
import { invalid } from '../../config/invalid.js'
import { configMismatch } from '../../config/mismatch.js'
import type { Space } from './groups.js'
import { countOf, valueOf, type NumericParameter, type Parameter } from './parameter.js'

const strict = { additionalProperties: false }
const when = Type.Optional(Type.Record(Type.String(), Type.Unknown(), {
  description: 'The parameter exists only where each of these has the value, or one of the list of values',
}))
const numeric = <T extends 'float' | 'int'>(type: T) => Type.Object({
  type: Type.Literal(type),
  low: Type.Number(),
  high: Type.Number(),
  log: Type.Optional(Type.Boolean()),
  step: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  when,
}, strict)
const ParameterSchema: TSchema = Type.Union([
  numeric('float'),
  numeric('int'),
  Type.Object({ type: Type.Literal('choice'), choices: Type.Array(Type.Unknown(), { minItems: 1 }), when }, strict),
])

/**
 * Reads a search space: an object of parameters by path in the config.
 * @param value parsed JSON
 * @throws TrainerError PVAE_CONFIG_INVALID naming the parameter and what is wrong with it
 */
export function readSpace (value: unknown): Space {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
    throw invalid('the search space', 'an object of parameters by path in the config', JSON.stringify(value))
  }
  for (const [path, parameter] of Object.entries(value)) {
    const mismatch = Value.Check(ParameterSchema, parameter) ? undefined : configMismatch(ParameterSchema, parameter)
    if (mismatch !== undefined) {
      const { field, expected, found } = mismatch
      throw invalid(`${path}${field === '' || field === 'the config' ? '' : `: ${field}`}`, expected, found)
    }
  }
  const space = value as Space
  for (const [path, parameter] of Object.entries(space)) {
    if (parameter.type === 'choice') checkChoices(path, parameter.choices)
    else checkRange(path, parameter)
    checkCondition(space, path)
  }
  return space
}

function checkRange (path: string, { type, low, high, log, step }: NumericParameter): void {
  if (low > high) throw invalid(`${path}: high`, `a number of at least ${low}, its low,`, String(high))
  if (log === true && low <= 0) throw invalid(`${path}: low`, 'a number above 0, since it is log,', String(low))
  if (log === true && step !== undefined) throw invalid(path, 'log or step', 'both')
  if (type === 'float') return
  for (const [name, number] of Object.entries({ low, high, step: step ?? 1 })) {
    if (!Number.isSafeInteger(number)) throw invalid(`${path}: ${name}`, 'an integer, since it is int,', String(number))
  }
}

function checkChoices (path: string, choices: readonly unknown[]): void {
  const texts = choices.map(choice => JSON.stringify(choice))
  const twice = texts.find((text, i) => texts.indexOf(text) < i)
  if (twice !== undefined) throw invalid(`${path}: choices`, 'choices that differ', `${twice} twice`)
}

function checkCondition (space: Space, path: string): void {
  for (const [other, wanted] of Object.entries(space[path]!.when ?? {})) {
    const parameter = space[other]
    if (parameter === undefined) {
      const found = `${other}${didYouMean(other, Object.keys(space))}`
      throw invalid(`${path}: when`, 'another parameter of the space', found)
    }
    if (leadsTo(space, other, path)) throw invalid(`${path}: when`, 'conditions that make no circle', other)
    for (const value of Array.isArray(wanted) ? wanted : [wanted]) {
      if (!canBe(parameter, value)) {
        throw invalid(`${path}: when ${other}`, describeValues(parameter), JSON.stringify(value))
      }
    }
  }
}

/** Whether a parameter, or one that its condition asks about, asks about `path`. */
function leadsTo (space: Space, from: string, path: string, seen: readonly string[] = []): boolean {
  if (from === path) return true
  if (seen.includes(from)) return false
  return Object.keys(space[from]?.when ?? {}).some(other => leadsTo(space, other, path, [...seen, from]))
}

function canBe (parameter: Parameter, value: unknown): boolean {
  if (parameter.type === 'choice') {
    return parameter.choices.some(choice => JSON.stringify(choice) === JSON.stringify(value))
  }
  const { low, high } = parameter
  return Number.isFinite(countOf(parameter)) && typeof value === 'number' && value >= low && value <= high
}

function describeValues (parameter: Parameter): string {
  if (parameter.type === 'choice') {
    return `one of its choices ${parameter.choices.map((_, i) => JSON.stringify(valueOf(parameter, i))).join(', ')}`
  }
  return Number.isFinite(countOf(parameter))
    ? `a number from ${parameter.low} to ${parameter.high}`
    : 'a parameter with countable values'
}
