/** The state as the compiled step keeps it: weights packed, filters in the order of axes that the step takes. */
import type { NamedArray, NamedArrays, TrainingState } from '../foundation/training-state.js'
import type { Layout } from '../onnx/ir.js'
import { axesOf, canonical, OIHW } from '../onnx/layout.js'
import type { RuleChoice } from '../onnx/rules/index.js'
import { pack, planPacking, unpack, type Packing } from './packing.js'
import { permute } from './permute.js'
import type { RuntimeArrays } from './runtime.js'
import { groupState, type StateTemplate } from './state.js'
import { STATE_GROUPS, stateKey, type StateGroup } from './train-step.js'

const isFilter = ({ shape }: NamedArray) => shape.length === 4

/** Weights and moments are packed alike. */
export const packed = (state: TrainingState, group: StateGroup, packing: Packing): NamedArrays =>
  group === 'statistics' ? state[group] : pack(state[group], packing)

/** What is stored in another form than a state has. */
export interface StoredForm {
  readonly packing: Packing
  /** Order in which the axes of filters [kh, kw, I, O] are stored. */
  readonly filters: Layout
}

/**
 * Chooses the stored form for a step of these weights. ONNX's convolutions take filters as [O, I, kh, kw]; what puts
 * them into blocks, and makes gradients of blocks, moves pieces of the outputs, which are best side by side.
 */
export const storedForm = (weights: NamedArrays, { blockSize, portable = false }: RuleChoice): StoredForm => ({
  packing: planPacking(weights, portable),
  filters: blockSize === undefined ? OIHW : canonical(4),
})

/** Brings a state to its stored form; nothing of it is shared with the state. */
export function toStored (state: TrainingState, { packing, filters }: StoredForm): RuntimeArrays {
  const stored: RuntimeArrays = {}
  for (const group of STATE_GROUPS) {
    for (const [name, array] of Object.entries(packed(state, group, packing))) {
      stored[stateKey(group, name)] = isFilter(array)
        ? permute(array, axesOf(filters))
        : { shape: array.shape, values: array.values.slice() }
    }
  }
  return stored
}

/** Shapes of the stored tensors by name. */
export function storedShapes (state: TrainingState, form: StoredForm): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(toStored(state, form)).map(([key, { shape }]) => [key, shape]))
}

/** Brings a stored state back to the form of `template`. */
export function fromStored (
  stored: RuntimeArrays,
  { packing, filters }: StoredForm,
  template: StateTemplate,
  step: number
): TrainingState {
  const back = axesOf(filters).map((_, axis) => filters.indexOf(String(axis)))
  const state = groupState(Object.entries(stored).map(([key, array]) =>
    [key, isFilter(array) ? permute(array, back) : { shape: array.shape, values: array.values.slice() }]), step)
  const names = Object.keys(template.weights)
  return {
    ...state,
    weights: unpack(state.weights, packing, names),
    firstMoments: unpack(state.firstMoments, packing, names),
    secondMoments: unpack(state.secondMoments, packing, names),
  }
}
