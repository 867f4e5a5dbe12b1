/** The state as the compiled step keeps it: weights packed, filters in the order that convolutions take. */
import { axesOf, OIHW } from '../onnx/layout.js'
import type { NamedArray, NamedArrays, TrainingState } from '../foundation/training-state.js'
import { pack, unpack, type Packing } from './packing.js'
import { permute } from './permute.js'
import type { RuntimeArrays } from './runtime.js'
import { groupState, type StateTemplate } from './state.js'
import { STATE_GROUPS, stateKey, type StateGroup } from './train-step.js'

const isFilter = ({ shape }: NamedArray) => shape.length === 4
const FROM_OIHW = axesOf(OIHW).map((_, axis) => OIHW.indexOf(String(axis)))

/** Weights and moments are packed alike. */
export const packed = (state: TrainingState, group: StateGroup, packing: Packing): NamedArrays =>
  group === 'statistics' ? state[group] : pack(state[group], packing)

/** Brings a state to its stored form; nothing of it is shared with the state. */
export function toStored (state: TrainingState, packing: Packing): RuntimeArrays {
  const stored: RuntimeArrays = {}
  for (const group of STATE_GROUPS) {
    for (const [name, array] of Object.entries(packed(state, group, packing))) {
      stored[stateKey(group, name)] = isFilter(array)
        ? permute(array, axesOf(OIHW))
        : { shape: array.shape, values: array.values.slice() }
    }
  }
  return stored
}

/** Shapes of the stored tensors by name. */
export function storedShapes (state: TrainingState, packing: Packing): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(toStored(state, packing)).map(([key, { shape }]) => [key, shape]))
}

/** Brings a stored state back to the form of `template`. */
export function fromStored (
  stored: RuntimeArrays,
  packing: Packing,
  template: StateTemplate,
  step: number
): TrainingState {
  const state = groupState(Object.entries(stored).map(([key, array]) =>
    [key, isFilter(array) ? permute(array, FROM_OIHW) : { shape: array.shape, values: array.values.slice() }]), step)
  const names = Object.keys(template.weights)
  return {
    ...state,
    weights: unpack(state.weights, packing, names),
    firstMoments: unpack(state.firstMoments, packing, names),
    secondMoments: unpack(state.secondMoments, packing, names),
  }
}
