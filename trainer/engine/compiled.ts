/** The compiled engine: the training step traced once, lowered to one ONNX graph, and run by ONNX Runtime. */
import { TrainerError } from '../foundation/errors.js'
import { axesOf, OIHW } from '../onnx/layout.js'
import { lower } from '../onnx/lower.js'
import { fuseActivations } from '../onnx/passes/fuse-activations.js'
import { nameOutputs } from '../onnx/passes/name-outputs.js'
import type { RuleChoice } from '../onnx/rules/index.js'
import { trace, type Program } from '../onnx/trace.js'
import { GraphWriter } from '../onnx/writer.js'
import { blockedLayout, type BlockedLayout } from './blocked-layout.js'
import { DEVICE_NAMES, type Device } from './devices.js'
import { readRuntimeProfile } from '../profile/runtime-events.js'
import type { Engine, StepInputs, StepMetrics } from './engine.js'
import type { NamedArray, NamedArrays, TrainingState } from '../foundation/training-state.js'
import { idleCores } from './idle-cores.js'
import { pack, planPacking, unpack, type Packing } from './packing.js'
import { permute } from './permute.js'
import { createStatefulSession, type RuntimeArrays } from './runtime.js'
import { checkState, groupState, withoutValues, type StateTemplate } from './state.js'
import {
  createTrainStep,
  initialStepState,
  metricsOf,
  STATE_GROUPS,
  stateKey,
  stepFeeds,
  stepFeedShapes,
  type StateGroup,
  type StepConfig,
} from './train-step.js'
import type { Origin, TensorType } from '../onnx/ir.js'

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
  const feedShapes = stepFeedShapes(options, batchSize)
  const initial = initialStepState(options, options.seed)
  // Only names and shapes of it are needed later: of a large model, its values would be a tenth of the process.
  const template = withoutValues(initial)
  const portable = device !== 'cpu'
  const packing = planPacking(initial.weights, portable)
  const layout = await chooseLayout(options.lowering, device, findLayout)
  const shapes = storedShapes(initial, packing)
  const { model, origins } = compileTrainStep(options, initial, { blockSize: layout.blockSize, portable, without })
  const session = await createStatefulSession(model, {
    threads,
    provider: device,
    profile,
    // On a machine that others use too, spinning costs more than it gives. The results are the same.
    spin: device === 'cpu' && threads > 1 && (await idleCores()) > threads - 0.5,
    state: Object.fromEntries(Object.keys(shapes).map(key => [key, updated(key)])),
    copyModel: () => compileCopy(shapes),
  })
  session.writeState(toStored(initial, packing))
  const threadsText = `${threads} ${threads === 1 ? 'thread' : 'threads'}`
  const withoutText = without.length === 0 ? '' : `, without ${without.join(', ')}`
  let step = 0

  return {
    kind: 'compiled',
    description: `compiled, ONNX Runtime ${DEVICE_NAMES[device]}, ${threadsText}, ${layout.description}${withoutText}`,
    async step (inputs: StepInputs): Promise<StepMetrics> {
      const feeds = Object.entries(stepFeeds(inputs, adam, step + 1)).map(([name, values]) => [
        name,
        { shape: feedShapes[name]!, values },
      ])
      const outputs = await session.run(Object.fromEntries(feeds))
      step++
      return metricsOf(outputs)
    },
    async readState () {
      return fromStored(await session.readState(), packing, template, step)
    },
    async writeState (given: TrainingState) {
      checkState(template, given)
      session.writeState(toStored(given, packing))
      step = given.step
    },
    dispose: () => session.release(),
    ...(session.endProfiling === undefined
      ? {}
      : {
          async endProfile () {
            const { text, runs } = await session.endProfiling!()
            return readRuntimeProfile(text, runs, origins)
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

export interface CompiledStep {
  readonly model: Uint8Array
  /** The kernel of the program, and the rule, that the graph's nodes were lowered from, by the node's name. */
  readonly origins: ReadonlyMap<string, Origin>
}

/** The training step as an ONNX model. Filters are kept as convolutions take them, so that no step transposes them. */
export function compileTrainStep (
  options: Omit<CompiledOptions, 'threads' | 'seed' | 'lowering' | 'device' | 'profile' | 'without'>,
  template: TrainingState,
  forms: RuleChoice = {}
): CompiledStep {
  const inputs: Record<string, TensorType> = {}
  for (const [name, shape] of Object.entries(stepFeedShapes(options, options.batchSize))) {
    inputs[name] = { shape, dtype: 'float32' }
  }
  const layouts: Record<string, string> = {}
  const packing = planPacking(template.weights, forms.portable === true)
  for (const group of STATE_GROUPS) {
    for (const [name, { shape }] of Object.entries(packed(template, group, packing))) {
      const key = stateKey(group, name)
      inputs[key] = { shape, dtype: 'float32' }
      if (shape.length === 4) layouts[key] = layouts[updated(key)] = OIHW
    }
  }
  const step = createTrainStep(options, template, packing)
  const program: Program = tensors =>
    Object.fromEntries(
      Object.entries(step(tensors)).map(([key, tensor]) => [key in inputs ? updated(key) : key, tensor])
    )
  const writer = lower(trace(program, inputs), { layouts, ...forms })
  requireSameConstants(writer, lower(trace(program, inputs), { layouts, ...forms }))
  fuseActivations(writer)
  nameOutputs(writer)
  return {
    model: writer.finish({ graphName: 'train-step', producerVersion: '1' }),
    origins: new Map(
      writer.nodes.flatMap(({ outputs, origin }) => (origin === undefined ? [] : [[outputs[0]!, origin] as const]))
    ),
  }
}

/** Gives the stored state back as the step does. */
function compileCopy (shapes: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const writer = new GraphWriter()
  for (const [key, dims] of Object.entries(shapes)) {
    writer.inputs.push({ name: key, dtype: 'float32', dims })
    writer.output({ name: updated(key), dtype: 'float32', dims }, key)
  }
  return writer.finish({ graphName: 'state', producerVersion: '1' })
}

/** Randomness inside the program would be frozen into the graph as a constant: two traces tell. */
function requireSameConstants (first: GraphWriter, second: GraphWriter): void {
  first.constants.forEach(({ name, values }, i) => {
    const other = second.constants[i]?.values
    if (
      other === undefined ||
      values.length !== other.length ||
      values.some((value, j) => !Object.is(value, other[j]))
    ) {
      throw new TrainerError(
        'PVAE_TRACE_INVALID',
        `expected a program whose randomness comes in as inputs but constant ${name} differed between two traces`
      )
    }
  })
}

/** ONNX wants other names for a graph's outputs than for its inputs. */
const updated = (key: string): string => `updated/${key}`

const isFilter = ({ shape }: NamedArray) => shape.length === 4
const FROM_OIHW = axesOf(OIHW).map((_, axis) => OIHW.indexOf(String(axis)))

/** Weights and moments are packed alike. */
const packed = (state: TrainingState, group: StateGroup, packing: Packing): NamedArrays =>
  group === 'statistics' ? state[group] : pack(state[group], packing)

function toStored (state: TrainingState, packing: Packing): RuntimeArrays {
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
function storedShapes (state: TrainingState, packing: Packing): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(toStored(state, packing)).map(([key, { shape }]) => [key, shape]))
}

function fromStored (stored: RuntimeArrays, packing: Packing, template: StateTemplate, step: number): TrainingState {
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
