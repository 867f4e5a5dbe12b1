/** Training states: grouping by key, and checking one against the model it is meant for. */
import { TrainerError } from '../foundation/errors.js'
import { sizeOf } from '../onnx/layout.js'
import type { NamedArray, TrainingState } from '../foundation/training-state.js'
import { STATE_GROUPS, type StateGroup } from './train-step.js'

/** Entries keyed `<group>/<name>` → a state. */
export function groupState (entries: Iterable<readonly [key: string, array: NamedArray]>, step: number): TrainingState {
  const groups: Record<StateGroup, Record<string, NamedArray>> = {
    weights: {},
    firstMoments: {},
    secondMoments: {},
    statistics: {},
  }
  for (const [key, array] of entries) {
    const slash = key.indexOf('/')
    groups[key.slice(0, slash) as StateGroup][key.slice(slash + 1)] = array
  }
  return { ...groups, step }
}

/** The names and shapes of a state. */
export type StateTemplate = Readonly<Record<StateGroup, Readonly<Record<string, Pick<NamedArray, 'shape'>>>>>

/** The same names and shapes without what they hold. */
export function withoutValues (state: TrainingState): StateTemplate {
  const shapes = (group: StateGroup) =>
    Object.fromEntries(Object.entries(state[group]).map(([name, { shape }]) => [name, { shape }]))
  return {
    weights: shapes('weights'),
    firstMoments: shapes('firstMoments'),
    secondMoments: shapes('secondMoments'),
    statistics: shapes('statistics'),
  }
}

/**
 * @throws TrainerError PVAE_CHECKPOINT_MISMATCH naming the first tensor that is missing, superfluous or of another
 * shape, or whose values are more or fewer than its shape has.
 */
export function checkState (expected: StateTemplate, given: TrainingState): void {
  const shapeOf = (array: Pick<NamedArray, 'shape'> | undefined) =>
    array === undefined ? 'nothing' : `[${array.shape.join(', ')}]`
  for (const group of STATE_GROUPS) {
    for (const name of new Set([...Object.keys(expected[group]), ...Object.keys(given[group])])) {
      const [wanted, found] = [shapeOf(expected[group][name]), shapeOf(given[group][name])]
      if (wanted !== found) {
        throw new TrainerError(
          'PVAE_CHECKPOINT_MISMATCH',
          `expected ${wanted} for ${group} of ${name} but found ${found}`
        )
      }
      const { shape, values } = given[group][name]!
      const size = sizeOf(shape)
      if (values.length !== size) {
        throw new TrainerError(
          'PVAE_CHECKPOINT_MISMATCH',
          `expected ${size} values for ${group} of ${name} but found ${values.length}`
        )
      }
    }
  }
}
