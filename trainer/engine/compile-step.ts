/** Compiles the training step: traced once and lowered to one ONNX graph. */
import { TrainerError } from '../foundation/errors.js'
import { lower } from '../onnx/lower.js'
import { fuseActivations } from '../onnx/passes/fuse-activations.js'
import { nameOutputs } from '../onnx/passes/name-outputs.js'
import type { RuleChoice } from '../onnx/rules/index.js'
import { trace, type Program } from '../onnx/trace.js'
import { GraphWriter } from '../onnx/writer.js'
import type { TrainingState } from '../foundation/training-state.js'
import { packed, storedForm } from './stored-state.js'
import {
  createGradientStep,
  createTrainStep,
  gradientKey,
  OPTIMIZER_FEED_SHAPES,
  STATE_GROUPS,
  stateKey,
  stepFeedShapes,
  type StepConfig,
} from './train-step.js'
import type { Origin, TensorType } from '../onnx/ir.js'

/** The parts of the state that gradients depend on. */
const GRADIENT_GROUPS = ['weights', 'statistics'] as const

export interface CompiledStep {
  readonly model: Uint8Array
  /** The kernel of the program, and the rule, that the graph's nodes were lowered from, by the node's name. */
  readonly origins: ReadonlyMap<string, Origin>
}

export interface StepForms extends RuleChoice {
  /**
   * The last that the graph computes: new weights and moments, or gradients for an optimiser outside of it. Default
   * `weights`.
   */
  readonly upTo?: 'weights' | 'gradients'
}

/**
 * Compiles the training step to an ONNX model. Filters are kept in the order of axes that it takes them in, so that no
 * step transposes them.
 */
export function compileTrainStep (
  options: StepConfig & { readonly batchSize: number },
  template: TrainingState,
  { upTo = 'weights', ...forms }: StepForms = {}
): CompiledStep {
  const isWhole = upTo === 'weights'
  const inputs: Record<string, TensorType> = {}
  const feedShapes = { ...stepFeedShapes(options, options.batchSize), ...isWhole ? OPTIMIZER_FEED_SHAPES : {} }
  for (const [name, shape] of Object.entries(feedShapes)) inputs[name] = { shape, dtype: 'float32' }
  const layouts: Record<string, string> = {}
  const { packing, filters } = storedForm(template.weights, forms)
  for (const group of isWhole ? STATE_GROUPS : GRADIENT_GROUPS) {
    for (const [name, { shape }] of Object.entries(packed(template, group, packing))) {
      const key = stateKey(group, name)
      inputs[key] = { shape, dtype: 'float32' }
      if (shape.length === 4) layouts[key] = layouts[updated(key)] = layouts[gradientKey(name)] = filters
    }
  }
  const step = (isWhole ? createTrainStep : createGradientStep)(options, template, packing)
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

/** Compiles a model that gives the stored state back as the step does. */
export function compileCopy (shapes: Readonly<Record<string, readonly number[]>>): Uint8Array {
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
export const updated = (key: string): string => `updated/${key}`
