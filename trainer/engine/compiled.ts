/** The compiled engine: the training step traced once, lowered to one ONNX graph, and run by ONNX Runtime. */
import { TrainerError } from '../foundation/errors.js'
import { blockedLayout, type BlockedLayout } from './blocked-layout.js'
import { compileCopy, compileTrainStep, updated } from './compile-step.js'
import { DEVICE_NAMES, type Device } from './devices.js'
import { readRuntimeProfile } from '../profile/runtime-events.js'
import type { ProfiledOperation } from '../profile/operation.js'
import { microseconds } from '../profile/timeline.js'
import type { Engine, StepInputs, StepMetrics } from './engine.js'
import type { TrainingState } from '../foundation/training-state.js'
import { idleCores } from './idle-cores.js'
import { createStatefulSession, type RuntimeArrays } from './runtime.js'
import { checkState, withoutValues } from './state.js'
import { fromStored, storedForm, storedShapes, toStored } from './stored-state.js'
import {
  initialStepState,
  metricsOf,
  OPTIMIZER_FEED_SHAPES,
  optimizerFeeds,
  stepFeeds,
  stepFeedShapes,
  type StepConfig,
} from './train-step.js'
import { createWeightUpdate } from './weight-update.js'

export interface CompiledOptions extends StepConfig {
  readonly batchSize: number
  readonly seed: number
  readonly threads: number
  readonly lowering: Lowering
  /** Default `cpu`. */
  readonly device?: Device | undefined
  /** Whether to time each operation. */
  readonly profile?: boolean | undefined
  /** Names of the compiler's rules to leave out, to see what each gains. Default none. */
  readonly without?: readonly string[] | undefined
}

/**
 * The form in which convolutions are written: `blocked` in ONNX Runtime's blocked layout, `plain` in standard
 * operators; `auto`: blocked where that is proven to work on this machine. Results differ in their last digits.
 */
export type Lowering = 'auto' | 'plain' | 'blocked'

export async function createCompiledEngine (
  options: CompiledOptions,
  findLayout: () => Promise<BlockedLayout> = blockedLayout
): Promise<Engine> {
  const { batchSize, adam, threads, device = 'cpu', profile = false, without = [] } = options
  const feedShapes: Record<string, readonly number[]> = {
    ...stepFeedShapes(options, batchSize),
    ...OPTIMIZER_FEED_SHAPES,
  }
  const initial = initialStepState(options, options.seed)
  // Only names and shapes of it are needed later: of a large model, its values would be a tenth of the process.
  const template = withoutValues(initial)
  const portable = device !== 'cpu'
  const layout = await chooseLayout(options.lowering, device, findLayout)
  const form = storedForm(initial.weights, { blockSize: layout.blockSize, portable })
  const shapes = storedShapes(initial, form)
  // Where the runtime computes elsewhere, the state stays there.
  let update = device === 'cpu' ? createWeightUpdate(shapes, adam) : undefined
  const { model, origins } = compileTrainStep(options, initial, {
    blockSize: layout.blockSize,
    portable,
    without,
    upTo: update === undefined ? 'weights' : 'gradients',
  })
  const kept = Object.fromEntries(Object.entries(shapes).filter(([key]) => !(key in (update?.state ?? {}))))
  const session = await createStatefulSession(model, {
    threads,
    provider: device,
    profile,
    // On a machine that others use too, spinning costs more than it gives. The results are the same.
    spin: device === 'cpu' && threads > 1 && (await idleCores()) > threads - 0.5,
    state: Object.fromEntries(Object.keys(kept).map(key => [key, updated(key)])),
    copyModel: () => compileCopy(kept),
  })
  const write = (state: TrainingState) => {
    const stored = toStored(state, form)
    session.writeState(Object.fromEntries(Object.keys(kept).map(key => [key, stored[key]!])))
    update?.write(stored)
  }
  write(initial)
  const threadsText = `${threads} ${threads === 1 ? 'thread' : 'threads'}`
  const withoutText = without.length === 0 ? '' : `, without ${without.join(', ')}`
  const updates: Array<Pick<ProfiledOperation, 'start' | 'duration'>> = []
  let [step, profiling] = [0, profile]

  return {
    kind: 'compiled',
    description: `compiled, ONNX Runtime ${DEVICE_NAMES[device]}, ${threadsText}, ${layout.description}${withoutText}`,
    async step (inputs: StepInputs): Promise<StepMetrics> {
      const given = {
        ...stepFeeds(inputs),
        ...update === undefined ? optimizerFeeds(inputs, adam, step + 1) : {},
      }
      const feeds: RuntimeArrays = Object.fromEntries(
        Object.entries(given).map(([name, values]) => [name, { shape: feedShapes[name]!, values }])
      )
      const outputs = await session.run({ ...feeds, ...update?.weights }, update?.gradients)
      step++
      const start = microseconds()
      update?.apply(inputs.learningRate, step)
      if (profiling) updates.push({ start, duration: microseconds() - start })
      return metricsOf(outputs)
    },
    async readState () {
      return fromStored({ ...await session.readState(), ...update?.state }, form, template, step)
    },
    async writeState (given: TrainingState) {
      checkState(template, given)
      write(given)
      step = given.step
    },
    async dispose () {
      update = undefined // its memory is as large as the state
      await session.release()
    },
    ...(session.endProfiling === undefined
      ? {}
      : {
          async endProfile () {
            profiling = false
            const { text, runs } = await session.endProfiling!()
            const read = readRuntimeProfile(text, runs, origins)
            const { profiled } = update ?? {}
            return profiled === undefined ? read : read.map((run, i) => ({ ...run, update: profiled(updates[i]!) }))
          },
        }),
  }
}

/** @throws TrainerError PVAE_ENGINE_UNAVAILABLE where blocked layouts are demanded and do not work */
async function chooseLayout (
  lowering: Lowering,
  device: Device,
  findLayout: () => Promise<BlockedLayout>
): Promise<{ blockSize?: number; description: string }> {
  if (lowering === 'plain' || (lowering === 'auto' && device !== 'cpu')) return { description: 'plain layouts' }
  if (device !== 'cpu') {
    throw new TrainerError(
      'PVAE_ENGINE_UNAVAILABLE',
      `expected the lowering plain or auto for the device ${device} but received blocked`
    )
  }
  const layout = await findLayout()
  if ('blockSize' in layout) {
    return { blockSize: layout.blockSize, description: `layouts in blocks of ${layout.blockSize} channels` }
  }
  if (lowering === 'auto') return { description: `plain layouts (${layout.reason})` }
  throw new TrainerError(
    'PVAE_ENGINE_UNAVAILABLE',
    `expected ONNX Runtime's blocked layout to work on this machine for the lowering blocked but found ${layout.reason}`
  )
}
