/** Pools of blocked images, and the gradient of max-pools. */
import { BLOCKED, blockedChannels, BLOCKED_DOMAIN, materialized, storedAs, type Lowered } from '../layout.js'
import type { LoweringContext } from '../lower.js'
import { madeBy, original } from '../provenance.js'
import { poolGeometry, windowAttributes, type Shape4 } from '../kernels/geometry.js'
import { onnxTypes, type GraphWriter } from '../writer.js'
import type { TracedNode } from '../trace.js'
import { stepOf } from './activation.js'

/** Undefined unless the image is blocked already. */
export function lowerBlockedPool ({ writer, blockSize, lowered }: LoweringContext, { inputs, attributes, outputs }: TracedNode, operator: 'MaxPool' | 'AveragePool'): Lowered | undefined {
  if (blockSize === undefined) return undefined
  const image = lowered(inputs.x!).stored.get(BLOCKED)
  if (image === undefined) return undefined
  const { shape, dtype } = outputs[0]!
  return storedAs(shape, dtype, BLOCKED, writer.node(operator, [image], windowAttributes(poolGeometry(inputs.x!.shape, attributes)), BLOCKED_DOMAIN))
}

/**
 * The gradient goes to the first of a window's maxima, row by row, as in TensorFlow.js. The image is cut into the k² images of equal positions in
 * their windows; what one of them does not claim is left for the next: g₁ = [x₁ = y] · dy, g₂ = [x₂ = y] · (dy − g₁), …; the last takes the rest.
 * Undefined unless the image is blocked and the windows, of at most 3 × 3, cover it.
 * @param rectified whether to give the gradient of relu(x) in x instead, where the pooled image is relu(x)
 */
export function lowerBlockedMaxPoolGradient (context: LoweringContext, { inputs, attributes, outputs }: TracedNode, rectified = false): Lowered | undefined {
  const { writer, blockSize: block } = context
  if (block === undefined) return undefined
  const image = context.lowered(inputs.input!).stored.get(BLOCKED)
  const output = outputs[0]!
  const [batch, height, width, channels] = output.shape as Shape4
  const { filterHeight: kh, filterWidth: kw, outHeight: h, outWidth: w } = poolGeometry(output.shape, attributes)
  if (image === undefined || h * kh !== height || w * kw !== width || kh * kw > 9) return undefined

  const stored = blockedChannels(block, channels)
  const planes = batch * stored / block
  const small = [planes * h, w, block]
  const reshape = (name: string, shape: readonly number[]) => writer.node('Reshape', [name, writer.integers(shape)])
  const maxima = reshape(materialized(writer, context.lowered(inputs.output!), BLOCKED), small)
  const positions = split(writer, reshape(image, [planes * h, kh, width * block]), kh, 1)
    .flatMap(row => split(writer, reshape(row, [planes * h * w, kw, block]), kw, 1))
    .map(name => reshape(name, small)) // k² of [N · C/B · h, w, B]
  const dy = reshape(materialized(writer, context.lowered(inputs.dy!), BLOCKED), small)
  let rest = rectified ? writer.node('Mul', [dy, stepOf(writer, maxima, 0)]) : dy
  const gradients = positions.map((position, i) => {
    if (i === positions.length - 1) return rest
    const claimed = writer.node('Mul', [writer.node('Cast', [writer.node('Equal', [position, maxima])], { to: onnxTypes.float32 }), rest])
    rest = writer.node('Sub', [rest, claimed])
    return claimed
  }).map(name => reshape(name, [planes * h * w, block]))
  const rows = Array.from({ length: kh }, (_, row) =>
    reshape(writer.node('Concat', gradients.slice(row * kw, (row + 1) * kw), { axis: 1 }), [planes * h, width * block]))
  return storedAs(output.shape, output.dtype, BLOCKED, reshape(writer.node('Concat', rows, { axis: 1 }), [batch, stored, height, width]))
}

/**
 * The gradient of a max-pool times that of the ReLU before it, step(x). A window's gradient goes to an element that equals its maximum, so the step
 * can be taken of the maxima, which are fewer. Undefined for other products.
 */
export function lowerBlockedRectifiedPoolGradient (context: LoweringContext, { inputs: { a, b } }: TracedNode): Lowered | undefined {
  if (context.blockSize === undefined) return undefined
  for (const [gradient, mask] of [[a!, b!], [b!, a!]] as const) {
    const pool = madeBy(gradient, 'MaxPoolGrad')
    const step = madeBy(mask, 'Step')
    if (pool === undefined || step === undefined || (step.attributes.alpha ?? 0) !== 0 || context.consumers(original(gradient)).length !== 1) continue
    const relu = madeBy(pool.inputs.input!, 'Relu')
    if (relu === undefined || original(relu.inputs.x!) !== original(step.inputs.x!)) continue
    return lowerBlockedMaxPoolGradient(context, pool, true)
  }
  return undefined
}

function split (writer: GraphWriter, name: string, parts: number, axis: number): string[] {
  return parts === 1 ? [name] : writer.nodeWithOutputs('Split', [name, writer.integers(new Array<number>(parts).fill(1))], parts, { axis })
}
