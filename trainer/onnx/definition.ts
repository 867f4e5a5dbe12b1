import type { Attributes, TensorType, TracedNode, TracedTensor } from './trace.js'
import type { Lowered } from './layout.js'
import type { LoweringContext } from './lower.js'

export type TracedInputs = Readonly<Record<string, TracedTensor>>

/** What the engine knows of one TensorFlow.js kernel: its result's type, and how ONNX says the same. */
export interface KernelDefinition {
  /** Shapes and types of the outputs. */
  infer(inputs: TracedInputs, attributes: Attributes): TensorType | TensorType[]
  /** Emits ONNX nodes for `node`; one result per output. */
  lower(context: LoweringContext, node: TracedNode): Lowered | Lowered[]
}
export type KernelDefinitions = Readonly<Record<string, KernelDefinition>>
