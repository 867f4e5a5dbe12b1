/** Nearest-neighbour upsampling, which the network writes as a product with ones in six axes, and its gradient. */
import { BLOCKED, BLOCKED_DOMAIN, sameShape, storedAs, type Lowered } from '../layout.js'
import type { LoweringContext } from '../lower.js'
import type { Shape4 } from '../kernels/geometry.js'
import { madeBy, original } from '../provenance.js'
import type { TracedNode, TracedTensor } from '../trace.js'

const TO_PLANES = '0,3,1,2'
const FROM_PLANES = '0,2,3,1'
const permutes = (node: TracedNode, order: string): boolean => String(node.attributes.perm) === order

/** What a transposition to or from planes [N, C, H, W] is of. */
function transposed (tensor: TracedTensor, order: string): TracedTensor | undefined {
  const node = madeBy(tensor, 'Transpose')
  return node !== undefined && permutes(node, order) ? original(node.inputs.x!) : undefined
}

/** The other factor of a product with ones. */
function timesOnes (context: LoweringContext, tensor: TracedTensor): TracedTensor | undefined {
  const node = madeBy(tensor, 'Multiply')
  if (node === undefined) return undefined
  const { a, b } = node.inputs
  if (context.lowered(original(b!)).uniform === 1) return original(a!)
  return context.lowered(original(a!)).uniform === 1 ? original(b!) : undefined
}

/** What a chain of reshapes begins with. */
function reshaped (tensor: TracedTensor): TracedTensor {
  const node = madeBy(tensor, 'Reshape')
  return node === undefined ? original(tensor) : reshaped(node.inputs.x!)
}

export interface Upsampling {
  /** [N, h, w, C] */
  readonly small: TracedTensor
  readonly factor: number
}

/** x where `tensor` [N, f·h, f·w, C] is x with every pixel repeated f × f times. */
export function matchRepeatedPixels (context: LoweringContext, tensor: TracedTensor): Upsampling | undefined {
  const planes = transposed(tensor, FROM_PLANES) // [N, C, f·h, f·w]
  const blocks = planes === undefined ? undefined : madeBy(planes, 'Reshape')?.inputs.x // [N, C, h, f, w, f]
  const factor = blocks?.shape[3]
  const cells = blocks === undefined || blocks.shape.length !== 6 ? undefined : timesOnes(context, blocks) // [N, C, h, 1, w, 1]
  const small = cells === undefined ? undefined : transposed(reshaped(cells), TO_PLANES)
  if (small === undefined || factor === undefined) return undefined
  const [n, h, w, c] = small.shape as Shape4
  return sameShape(cells!.shape, [n, c, h, 1, w, 1]) && sameShape(blocks!.shape, [n, c, h, factor, w, factor]) ? { small, factor } : undefined
}

/** dy [N, f·h, f·w, C] where `tensor` [N, h, w, C] is its sums over blocks of f × f pixels: the gradient of repeated pixels. */
export function matchPixelSums (context: LoweringContext, tensor: TracedTensor): { large: TracedTensor, factor: number } | undefined {
  const planes = transposed(tensor, FROM_PLANES) // [N, C, h, w]
  const sum = planes === undefined ? undefined : madeBy(reshaped(planes), 'Sum')
  const blocks = sum?.inputs.x // [N, C, h, f, w, f]
  if (blocks?.shape.length !== 6 || String(sum!.attributes.axis ?? sum!.attributes.reductionIndices) !== '3,5') return undefined
  const plain = timesOnes(context, blocks)
  const large = plain === undefined ? undefined : transposed(reshaped(plain), TO_PLANES)
  const [n, h, w, c] = tensor.shape as Shape4
  const factor = blocks.shape[3]!
  return large !== undefined && sameShape(blocks.shape, [n, c, h, factor, w, factor]) && sameShape(large.shape, [n, h * factor, w * factor, c]) ? { large, factor } : undefined
}

/** Both, where the image is blocked already. `node` is the transposition that ends them. */
export function lowerBlockedUpsampling (context: LoweringContext, { outputs }: TracedNode): Lowered | undefined {
  const { writer, blockSize } = context
  const output = outputs[0]!
  if (blockSize === undefined || output.shape.length !== 4) return undefined
  const store = (name: string) => storedAs(output.shape, output.dtype, BLOCKED, name)
  const upsampling = matchRepeatedPixels(context, output)
  if (upsampling !== undefined) {
    const small = context.lowered(upsampling.small).stored.get(BLOCKED)
    const { factor } = upsampling
    return small === undefined ? undefined : store(writer.node('Upsample', [small], { scales: [1, 1, factor, factor] }, BLOCKED_DOMAIN))
  }
  const sums = matchPixelSums(context, output)
  const large = sums === undefined ? undefined : context.lowered(sums.large).stored.get(BLOCKED)
  if (large === undefined) return undefined
  const window = [sums!.factor, sums!.factor]
  const means = writer.node('AveragePool', [large], { kernel_shape: window, strides: window }, BLOCKED_DOMAIN)
  return store(writer.node('Mul', [means, writer.scalar(sums!.factor ** 2)]))
}
