/** Kernels that work element by element, with broadcasting. They keep whatever layout their operands have. */
import { broadcast, elementwise } from '../broadcast.js'
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

const FOLDS: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b, Sub: (a, b) => a - b, Mul: (a, b) => a * b, Div: (a, b) => a / b,
}
/** x ∘ neutral = x; for Sub and Div only on the right. */
const NEUTRAL: Readonly<Record<string, number>> = { Add: 0, Sub: 0, Mul: 1, Div: 1 }
const COMMUTES = new Set(['Add', 'Mul'])
/** Operators whose results are finite wherever their operands are. */
const FINITE = new Set(['Add', 'Sub', 'Mul', 'Max', 'Min', 'Abs', 'Elu', 'Neg', 'Relu', 'Sigmoid', 'Tanh'])

function binary (operator: string, dtype?: ElementType): KernelDefinition {
  return {
    infer: ({ a, b }) => ({ shape: broadcast(a!.shape, b!.shape), dtype: dtype ?? a!.dtype }),
    lower (context, node) {
      const output = outputOf(node)
      const a = context.lowered(node.inputs.a!)
      const b = context.lowered(node.inputs.b!)
      const fold = FOLDS[operator]
      if (fold !== undefined && a.uniform !== undefined && b.uniform !== undefined) {
        return uniformOf(output.shape, output.dtype, Math.fround(fold(a.uniform, b.uniform)))
      }
      if (b.uniform === NEUTRAL[operator] && fold !== undefined && a.shape.length === output.shape.length) {
        return { ...a, shape: output.shape }
      }
      if (a.uniform === NEUTRAL[operator] && COMMUTES.has(operator) && b.shape.length === output.shape.length) {
        return { ...b, shape: output.shape }
      }
      return elementwise(context, [a, b], output, (writer, names) => writer.node(operator, names), FINITE.has(operator))
    },
  }
}

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

const select: KernelDefinition = {
  infer: ({ condition, t, e }) => ({ shape: broadcast(condition!.shape, t!.shape, e!.shape), dtype: t!.dtype }),
  lower: (context, node) =>
    elementwise(
      context,
      ['condition', 't', 'e'].map(name => context.lowered(node.inputs[name]!)),
      outputOf(node),
      (writer, names) => writer.node('Where', names)
    ),
}

const addN: KernelDefinition = {
  infer: inputs => Object.values(inputs)[0]!,
  lower: (context, node) =>
    elementwise(
      context,
      Object.values(node.inputs).map(input => context.lowered(input)),
      outputOf(node),
      (writer, names) => names.reduce((sum, name) => writer.node('Add', [sum, name])),
      true
    ),
}

/** Gradient of ELU from its output y: dy where y ≥ 0, dy · (y + 1) below. */
const eluGrad: KernelDefinition = {
  infer: ({ dy }) => dy!,
  lower: (context, node) =>
    elementwise(
      context,
      [context.lowered(node.inputs.dy!), context.lowered(node.inputs.y!)],
      outputOf(node),
      (writer, [dy, y]) =>
        writer.node('Mul', [dy!, writer.node('Add', [writer.node('Min', [y!, writer.scalar(0)]), writer.scalar(1)])]),
      true
    ),
}

const fill: KernelDefinition = {
  infer: (_, { shape, dtype }) => ({
    shape: shape as number[],
    dtype: (dtype as ElementType | undefined) ?? 'float32',
  }),
  lower: (_, node) => uniformOf(outputOf(node).shape, outputOf(node).dtype, node.attributes.value as number),
}

export const elementwiseKernels: KernelDefinitions = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  SquaredDifference: {
    infer: ({ a, b }) => ({ shape: broadcast(a!.shape, b!.shape), dtype: a!.dtype }),
    lower: (context, node) =>
      elementwise(
        context,
        [context.lowered(node.inputs.a!), context.lowered(node.inputs.b!)],
        outputOf(node),
        (writer, names) => {
          const difference = writer.node('Sub', names)
          return writer.node('Mul', [difference, difference])
        }
      ),
  },
  Greater: binary('Greater', 'bool'),
  GreaterEqual: binary('GreaterOrEqual', 'bool'),
  Less: binary('Less', 'bool'),
  LessEqual: binary('LessOrEqual', 'bool'),
  Equal: binary('Equal', 'bool'),
  NotEqual: {
    ...binary('Equal', 'bool'),
    lower: (context, node) =>
      elementwise(
        context,
        [context.lowered(node.inputs.a!), context.lowered(node.inputs.b!)],
        outputOf(node),
        (writer, names) => writer.node('Not', [writer.node('Equal', names)])
      ),
  },
  LogicalAnd: binary('And', 'bool'),
  LogicalOr: binary('Or', 'bool'),
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
  EluGrad: eluGrad,
  Select: select,
  AddN: addN,
  Cast: cast,
  Identity: identity,
  ZerosLike: filled(0),
  OnesLike: filled(1),
  Fill: fill,
}
