import type { RunConfig } from '../config/schema.js'
import { createGradientStep, initialStepState, stateKey, stepFeedShapes } from '../engine/train-step.js'
import type { TrainingState } from '../foundation/training-state.js'
import type { Network } from '../model/network.js'
import { peakBytes } from '../onnx/cost.js'
import { sizeOf } from '../onnx/layout.js'
import { trace } from '../onnx/trace.js'
import type { TensorType } from '../onnx/ir.js'

/**
 * Bytes of training on a CPU, from the shapes alone: what the runtime's own buffers and the program itself take comes
 * on top.
 */
export interface MemoryEstimate {
  readonly batchSize: number
  /** Bytes of the weights. */
  readonly weights: number
  /** Weights, both of Adam's moments, gradients and a copy of them; running statistics, old and new. */
  readonly trainingState: number
  /** The most that intermediate results of a training step take at once, each freed after its last use. */
  readonly trainingResults: number
}

/** Estimates what training takes. Objectives with labels are taken without them: their heads depend on the data. */
export function estimateMemory (
  network: Network,
  { objective: { labels: _, ...objective }, fit }: Pick<RunConfig, 'objective' | 'fit'>,
  batchSize: number
): MemoryEstimate {
  const options = { network, objective, adam: fit.adam, gradientClip: fit.gradientClip }
  const state = initialStepState(options, 0)
  const inputs: Record<string, TensorType> = {}
  for (const [name, shape] of Object.entries(stepFeedShapes(options, batchSize))) {
    inputs[name] = { shape, dtype: 'float32' }
  }
  for (const group of ['weights', 'statistics'] as const) {
    for (const [name, { shape }] of Object.entries(state[group])) {
      inputs[stateKey(group, name)] = { shape, dtype: 'float32' }
    }
  }
  return {
    batchSize,
    weights: bytesOf(state.weights),
    trainingState: 5 * bytesOf(state.weights) + 2 * bytesOf(state.statistics),
    trainingResults: peakBytes(trace(createGradientStep(options, state), inputs)),
  }
}

function bytesOf (arrays: TrainingState['weights']): number {
  return Object.values(arrays).reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0)
}
