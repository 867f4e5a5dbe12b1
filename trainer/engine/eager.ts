/**
 * The eager engine: the same training step, kernel by kernel. With the plain cpu backend it is the reference in tests.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Tensors } from '../onnx/trace.js'
import type { Engine, StepInputs, StepMetrics } from './engine.js'
import type { NamedArray, TrainingState } from '../foundation/training-state.js'
import { createKernelProfiler } from './kernel-profiler.js'
import { selectBackend, type EagerBackend } from './eager-backend.js'
import { checkState, groupState } from './state.js'
import {
  createTrainStep,
  initialStepState,
  isMetric,
  metricsOf,
  OPTIMIZER_FEED_SHAPES,
  optimizerFeeds,
  STATE_GROUPS,
  stateKey,
  stepFeeds,
  stepFeedShapes,
  type StepConfig,
} from './train-step.js'

export interface EagerOptions extends StepConfig {
  readonly batchSize: number
  readonly seed: number
  /** Default `auto`: native TensorFlow where it is installed. */
  readonly backend?: EagerBackend | undefined
  /** Whether to time each kernel. */
  readonly profile?: boolean | undefined
}

export async function createEagerEngine (options: EagerOptions): Promise<Engine> {
  const backend = await selectBackend(options.backend ?? 'auto')
  const { batchSize, adam } = options
  const feedShapes: Record<string, readonly number[]> = {
    ...stepFeedShapes(options, batchSize),
    ...OPTIMIZER_FEED_SHAPES,
  }
  const template = initialStepState(options, options.seed)
  const program = createTrainStep(options, template)
  let state = toTensors(template)
  let step = 0
  const profiler = options.profile === true ? createKernelProfiler() : undefined

  return {
    kind: 'eager',
    description: `eager, ${backend} ${tf.version_core}`,
    async step (inputs: StepInputs): Promise<StepMetrics> {
      const feeds = { ...stepFeeds(inputs), ...optimizerFeeds(inputs, adam, step + 1) }
      const run = () =>
        tf.tidy(() =>
          program({
            ...state,
            ...Object.fromEntries(
              Object.entries(feeds).map(([name, values]) => [name, tf.tensor(values, [...feedShapes[name]!])])
            ),
          })
        )
      const outputs = await (profiler?.run(run) ?? run())
      const metrics: Record<string, { values: Float32Array }> = {}
      const next: Tensors = {}
      for (const [key, tensor] of Object.entries(outputs)) {
        if (!isMetric(key)) { next[key] = tensor; continue }
        metrics[key] = { values: await tensor.data() as Float32Array }
        tensor.dispose()
      }
      tf.dispose(Object.keys(next).map(key => state[key]!))
      state = { ...state, ...next }
      step++
      return metricsOf(metrics)
    },
    async readState () {
      const entries: Array<[string, NamedArray]> = []
      for (const [key, tensor] of Object.entries(state)) {
        entries.push([key, { shape: tensor.shape, values: Float32Array.from(await tensor.data()) }])
      }
      return groupState(entries, step)
    },
    async writeState (given: TrainingState) {
      checkState(template, given)
      tf.dispose(state)
      state = toTensors(given)
      step = given.step
    },
    async dispose () {
      tf.dispose(state)
    },
    ...profiler === undefined ? {} : { endProfile: profiler.end },
  }
}

function toTensors (state: TrainingState): Tensors {
  const tensors: Tensors = {}
  for (const group of STATE_GROUPS) {
    for (const [name, { shape, values }] of Object.entries(state[group])) {
      tensors[stateKey(group, name)] = tf.tensor(values.slice(), [...shape], 'float32')
    }
  }
  return tensors
}
