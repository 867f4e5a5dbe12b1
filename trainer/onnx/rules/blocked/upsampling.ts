/** Nearest-neighbour upsampling, which the network writes as a product with ones in six axes, and its gradient. */
import type { Shape4 } from '../../geometry.js'
import type { LoweringContext, TracedNode, TracedTensor } from '../../ir.js'
import { BLOCKED, BLOCKED_DOMAIN, sameShape, storedAs } from '../../layout.js'
import { madeBy, original } from '../../provenance.js'
import { defineRule } from '../rule.js'

const TO_PLANES = '0,3,1,2'
const FROM_PLANES = '0,2,3,1'
const permutes = (node: TracedNode, order: string): boolean => String(node.attributes.perm) === order

/** Gives what a transposition to or from planes [N, C, H, W] is of. */
function transposed (tensor: TracedTensor, order: string): TracedTensor | undefined {
  const node = madeBy(tensor, 'Transpose')
  return node !== undefined && permutes(node, order) ? original(node.inputs.x!) : undefined
}

/** Gives the other factor of a product with ones. */
function timesOnes (context: LoweringContext, tensor: TracedTensor): TracedTensor | undefined {
  const node = madeBy(tensor, 'Multiply')
  if (node === undefined) return undefined
  const { a, b } = node.inputs
  if (context.lowered(original(b!)).uniform === 1) return original(a!)
  return context.lowered(original(a!)).uniform === 1 ? original(b!) : undefined
}

/** Gives what a chain of reshapes begins with. */
function reshaped (tensor: TracedTensor): TracedTensor {
  const node = madeBy(tensor, 'Reshape')
  return node === undefined ? original(tensor) : reshaped(node.inputs.x!)
}

export interface Upsampling {
  /** [N, h, w, C] */
  readonly small: TracedTensor
  readonly factor: number
}

/** Finds x where `tensor` [N, f·h, f·w, C] is x with every pixel repeated f × f times. */
export function matchRepeatedPixels (context: LoweringContext, tensor: TracedTensor): Upsampling | undefined {
  const planes = transposed(tensor, FROM_PLANES) // [N, C, f·h, f·w]
  const blocks = planes === undefined ? undefined : madeBy(planes, 'Reshape')?.inputs.x // [N, C, h, f, w, f]
  const factor = blocks?.shape[3]
  // [N, C, h, 1, w, 1]
  const cells = blocks === undefined || blocks.shape.length !== 6 ? undefined : timesOnes(context, blocks)
  const small = cells === undefined ? undefined : transposed(reshaped(cells), TO_PLANES)
  if (small === undefined || factor === undefined) return undefined
  const [n, h, w, c] = small.shape as Shape4
  if (!sameShape(cells!.shape, [n, c, h, 1, w, 1])) return undefined
  return sameShape(blocks!.shape, [n, c, h, factor, w, factor]) ? { small, factor } : undefined
}

/**
 * Finds dy [N, f·h, f·w, C] where `tensor` [N, h, w, C] is its sums over f × f pixels: the gradient of repeated pixels.
 */
export function matchPixelSums (
  context: LoweringContext, tensor: TracedTensor
): { large: TracedTensor, factor: number } | undefined {
  const planes = transposed(tensor, FROM_PLANES) // [N, C, h, w]
  const sum = planes === undefined ? undefined : madeBy(reshaped(planes), 'Sum')
  const blocks = sum?.inputs.x // [N, C, h, f, w, f]
  if (blocks?.shape.length !== 6 || String(sum!.attributes.axis ?? sum!.attributes.reductionIndices) !== '3,5') {
    return undefined
  }
  const plain = timesOnes(context, blocks)
  const large = plain === undefined ? undefined : transposed(reshaped(plain), TO_PLANES)
  const [n, h, w, c] = tensor.shape as Shape4
  const factor = blocks.shape[3]!
  if (large === undefined || !sameShape(blocks.shape, [n, c, h, factor, w, factor])) return undefined
  return sameShape(large.shape, [n, h * factor, w * factor, c]) ? { large, factor } : undefined
}

export const blockedRepeatedPixels = defineRule({
  name: 'blocked-repeated-pixels',
  equation:
    'repeat(x) by one operator on blocks, where x is blocked already: the product with ones in six axes moves ' +
    'everything twice',
  kernels: ['Transpose'],
  matches (context, { outputs: [output] }) {
    if (output!.shape.length !== 4) return undefined
    const upsampling = matchRepeatedPixels(context, output!)
    const small = upsampling === undefined ? undefined : context.lowered(upsampling.small).stored.get(BLOCKED)
    return small === undefined ? undefined : { small, factor: upsampling!.factor }
  },
  rewrites ({ writer }, { outputs: [output] }, { small, factor }) {
    const name = writer.node('Upsample', [small], { scales: [1, 1, factor, factor] }, BLOCKED_DOMAIN)
    return storedAs(output!.shape, output!.dtype, BLOCKED, name)
  },
})

export const blockedPixelSums = defineRule({
  name: 'blocked-pixel-sums',
  equation: 'sum over f × f pixels = f² · mean by a pool on blocks: the gradient of repeated pixels',
  kernels: ['Transpose'],
  matches (context, { outputs: [output] }) {
    // Repeated pixels of one are sums of one, too: they are left as they are.
    if (output!.shape.length !== 4 || matchRepeatedPixels(context, output!) !== undefined) return undefined
    const sums = matchPixelSums(context, output!)
    const large = sums === undefined ? undefined : context.lowered(sums.large).stored.get(BLOCKED)
    return large === undefined ? undefined : { large, factor: sums!.factor }
  },
  rewrites ({ writer }, { outputs: [output] }, { large, factor }) {
    const window = [factor, factor]
    const means = writer.node('AveragePool', [large], { kernel_shape: window, strides: window }, BLOCKED_DOMAIN)
    return storedAs(output!.shape, output!.dtype, BLOCKED, writer.node('Mul', [means, writer.scalar(factor ** 2)]))
  },
})
