import type { ProfiledOperation, Shape } from './operation.js'

const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1)

/**
 * Floating point operations (a multiplication and an addition are two) that an operation with these shapes takes, as it
 * was run: what zeros between and around pixels cost is counted. Undefined for anything but convolutions and matrix
 * products, whose time is not that of arithmetic.
 */
export function floatingPointOperations ({
  operator,
  inputs,
  outputs,
}: Pick<ProfiledOperation, 'operator' | 'inputs' | 'outputs'>): number | undefined {
  const [a, b] = inputs
  const [output] = outputs
  // Shapes of what a runtime has rearranged for itself, as it does with constants, are not told.
  if (a === undefined || b === undefined || output === undefined) return undefined
  switch (operator) {
    case 'Conv':
    case 'FusedConv': {
      const [, inputs, ...kernel] = b // [O, I / groups, …]
      return b.length < 3 ? undefined : 2 * sizeOf(output) * inputs! * sizeOf(kernel)
    }
    case 'ConvTranspose': {
      const [, outputs, ...kernel] = b // [I, O / groups, …]
      return b.length < 3 ? undefined : 2 * sizeOf(a) * outputs! * sizeOf(kernel)
    }
    case 'Gemm':
    case 'FusedGemm':
    case 'MatMul':
    case 'FusedMatMul': {
      if (a.length < 2 || b.length < 2) return undefined
      // Of the last two axes, transposed or not, K is what both operands have and the result has not: M·K · K·N / M·N =
      // K².
      const matrix = (shape: Shape) => sizeOf(shape.slice(-2))
      return 2 * sizeOf(output) * Math.round(Math.sqrt((matrix(a) * matrix(b)) / matrix(output)))
    }
    default:
      return undefined
  }
}
