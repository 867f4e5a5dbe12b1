import { valueOf } from '../space/parameter.js'
import type { Drawn, Space } from '../space/groups.js'

/** Writes what was drawn as `--set` takes it, numbers shortened: `fit.learningRate=0.00214 objective.beta=4`. */
export function describeDrawn (space: Space, drawn: Drawn): string {
  return Object.entries(drawn).map(([path, value]) => `${path}=${describeValue(space, path, value)}`).join(' ')
}

/** Writes one value for people. */
function describeValue (space: Space, path: string, drawn: number): string {
  const parameter = space[path]
  const value = parameter === undefined ? drawn : valueOf(parameter, drawn)
  if (typeof value === 'number') return String(Number(value.toPrecision(3)))
  return typeof value === 'string' ? value : JSON.stringify(value)
}
