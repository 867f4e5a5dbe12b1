/**
 * Kernels that combine two tensors or more element by element, with broadcasting. They keep whatever layout their
 * operands have.
 */
import { broadcast, elementwise } from '../broadcast.js'
import { uniformOf } from '../layout.js'
import type { ElementType, KernelDefinition, KernelDefinitions } from '../ir.js'

const FOLDS: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b, Sub: (a, b) => a - b, Mul: (a, b) => a * b, Div: (a, b) => a / b,
}
/** x ∘ neutral = x; for Sub and Div only on the right. */
const NEUTRAL: Readonly<Record<string, number>> = { Add: 0, Sub: 0, Mul: 1, Div: 1 }
const COMMUTES = new Set(['Add', 'Mul'])
/** Operators whose results are finite wherever their operands are. */
const FINITE = new Set(['Add', 'Sub', 'Mul', 'Max', 'Min'])

function binary (operator: string, dtype?: ElementType): KernelDefinition {
  return {
    infer: ({ a, b }) => ({ shape: broadcast(a!.shape, b!.shape), dtype: dtype ?? a!.dtype }),
    lower (context, node) {
      const output = node.outputs[0]!
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

const select: KernelDefinition = {
  infer: ({ condition, t, e }) => ({ shape: broadcast(condition!.shape, t!.shape, e!.shape), dtype: t!.dtype }),
  lower: (context, node) =>
    elementwise(
      context,
      ['condition', 't', 'e'].map(name => context.lowered(node.inputs[name]!)),
      node.outputs[0]!,
      (writer, names) => writer.node('Where', names)
    ),
}

const addN: KernelDefinition = {
  infer: inputs => Object.values(inputs)[0]!,
  lower: (context, node) =>
    elementwise(
      context,
      Object.values(node.inputs).map(input => context.lowered(input)),
      node.outputs[0]!,
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
      node.outputs[0]!,
      (writer, [dy, y]) =>
        writer.node('Mul', [dy!, writer.node('Add', [writer.node('Min', [y!, writer.scalar(0)]), writer.scalar(1)])]),
      true
    ),
}

export const binaryKernels: KernelDefinitions = {
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
        node.outputs[0]!,
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
        node.outputs[0]!,
        (writer, names) => writer.node('Not', [writer.node('Equal', names)])
      ),
  },
  LogicalAnd: binary('And', 'bool'),
  LogicalOr: binary('Or', 'bool'),
  EluGrad: eluGrad,
  Select: select,
  AddN: addN,
}
