/** Kernels that work on the elements of one tensor, and constants. They keep whatever layout their operand has. */
import { elementwise } from '../broadcast.js'
import { uniformOf } from '../layout.js'
import { onnxTypes } from '../writer.js'
import type {
  ElementType,
  GraphBuilder,
  KernelDefinition,
  KernelDefinitions,
  Lowered,
  LoweringContext,
  TracedNode,
  TracedTensor,
} from '../ir.js'

const outputOf = ({ outputs }: { outputs: readonly TracedTensor[] }): TracedTensor => outputs[0]!

/** Operators of the presets whose results are finite wherever their operands are: they may run on spare channels. */
const FINITE = new Set(['Abs', 'Elu', 'Neg', 'Relu', 'Sigmoid', 'Tanh'])

/** `emit` gets the operand's name and the kernel's attributes. */
function unary (
  emit: (writer: GraphBuilder, x: string, attributes: Readonly<Record<string, unknown>>) => string,
  dtype?: ElementType,
  isFinite = false
): KernelDefinition {
  return {
    infer: ({ x }) => ({ shape: x!.shape, dtype: dtype ?? x!.dtype }),
    lower: (context, node) =>
      elementwise(
        context,
        [context.lowered(node.inputs.x!)],
        outputOf(node),
        (writer, [x]) => emit(writer, x!, node.attributes),
        isFinite
      ),
  }
}
const plain = (operator: string): KernelDefinition =>
  unary((writer, x) => writer.node(operator, [x]), undefined, FINITE.has(operator))

const identity: KernelDefinition = {
  infer: ({ x }) => x!,
  lower: (context, node) => context.lowered(node.inputs.x!),
}

const filled = (value: number): KernelDefinition => ({
  infer: ({ x }) => x!,
  lower: (_, node) => uniformOf(outputOf(node).shape, outputOf(node).dtype, value),
})

const cast: KernelDefinition = {
  infer: ({ x }, { dtype }) => ({ shape: x!.shape, dtype: dtype as ElementType }),
  lower (context, node) {
    const x = context.lowered(node.inputs.x!)
    const output = outputOf(node)
    if (x.dtype === output.dtype) return x
    if (x.uniform !== undefined) {
      return uniformOf(
        output.shape,
        output.dtype,
        output.dtype === 'bool' ? Number(x.uniform !== 0) : Math.trunc(x.uniform)
      )
    }
    return elementwise(context, [x], output, (writer, [name]) =>
      writer.node('Cast', [name!], { to: onnxTypes[output.dtype] })
    )
  },
}

/**
 * Emits 1 where x > 0, else alpha: what the gradients of ReLU, leaky ReLU and absolute value multiply by.
 * @param x what decides: the kernel's input, or whatever has the same sign
 */
export function lowerStep (context: LoweringContext, node: TracedNode, x: Lowered): Lowered {
  const { dtype } = node.inputs.x!
  const alpha = (node.attributes.alpha as number | undefined) ?? 0
  return elementwise(context, [x], outputOf(node), (writer, [name]) => {
    const positive = writer.node('Greater', [name!, writer.scalar(0, dtype)])
    if (alpha === 0) return writer.node('Cast', [positive], { to: onnxTypes[dtype] })
    return writer.node('Where', [positive, writer.scalar(1, dtype), writer.scalar(alpha, dtype)])
  }, true)
}

const step: KernelDefinition = {
  infer: ({ x }) => x!,
  lower: (context, node) => lowerStep(context, node, context.lowered(node.inputs.x!)),
}

const fill: KernelDefinition = {
  infer: (_, { shape, dtype }) => ({
    shape: shape as number[],
    dtype: (dtype as ElementType | undefined) ?? 'float32',
  }),
  lower: (_, node) => uniformOf(outputOf(node).shape, outputOf(node).dtype, node.attributes.value as number),
}

export const unaryKernels: KernelDefinitions = {
  LogicalNot: unary((writer, x) => writer.node('Not', [x]), 'bool'),
  Abs: plain('Abs'),
  Ceil: plain('Ceil'),
  Cos: plain('Cos'),
  Elu: plain('Elu'),
  Erf: plain('Erf'),
  Exp: plain('Exp'),
  Floor: plain('Floor'),
  Log: plain('Log'),
  Neg: plain('Neg'),
  Reciprocal: plain('Reciprocal'),
  Relu: plain('Relu'),
  Sigmoid: plain('Sigmoid'),
  Sign: plain('Sign'),
  Sin: plain('Sin'),
  Softplus: plain('Softplus'),
  Sqrt: plain('Sqrt'),
  Tanh: plain('Tanh'),
  Expm1: unary((writer, x) => writer.node('Sub', [writer.node('Exp', [x]), writer.scalar(1)])),
  Log1p: unary((writer, x) => writer.node('Log', [writer.node('Add', [x, writer.scalar(1)])])),
  Rsqrt: unary((writer, x) => writer.node('Reciprocal', [writer.node('Sqrt', [x])])),
  Square: unary((writer, x) => writer.node('Mul', [x, x]), undefined, true),
  Relu6: unary((writer, x) => writer.node('Clip', [x, writer.scalar(0), writer.scalar(6)])),
  LeakyRelu: unary(
    (writer, x, { alpha }) => writer.node('LeakyRelu', [x], { alpha: { float: alpha as number } }),
    undefined,
    true
  ),
  ClipByValue: unary((writer, x, { clipValueMin, clipValueMax }) =>
    writer.node('Clip', [x, writer.scalar(clipValueMin as number), writer.scalar(clipValueMax as number)])
  ),
  Step: step,
  Cast: cast,
  Identity: identity,
  ZerosLike: filled(0),
  OnesLike: filled(1),
  Fill: fill,
}
