/** Pools of blocked images, and the gradient of max-pools. */
import { stepOf } from '../../blocked/step.js'
import { poolGeometry, tiles, windowAttributes, type Shape4 } from '../../geometry.js'
import type { GraphBuilder, Lowered, LoweringContext, TracedNode } from '../../ir.js'
import { BLOCKED, blockedChannels, BLOCKED_DOMAIN, materialized, storedAs } from '../../layout.js'
import { madeBy, original } from '../../provenance.js'
import { onnxTypes } from '../../writer.js'
import { defineRule } from '../rule.js'

const OPERATORS: Readonly<Record<string, string>> = { MaxPool: 'MaxPool', AvgPool: 'AveragePool' }

export const blockedPool = defineRule({
  name: 'blocked-pool',
  equation: 'the pool of an image that is blocked already, on blocks: nothing moves',
  kernels: ['MaxPool', 'AvgPool'],
  matches: ({ lowered }, { inputs: { x } }) => lowered(x!).stored.get(BLOCKED),
  rewrites ({ writer }, { kernel, inputs: { x }, attributes, outputs: [output] }, image) {
    const window = windowAttributes(poolGeometry(x!.shape, attributes))
    return storedAs(
      output!.shape,
      output!.dtype,
      BLOCKED,
      writer.node(OPERATORS[kernel]!, [image], window, BLOCKED_DOMAIN)
    )
  },
})

/** Largest number of positions in a window: each costs a pass over the small image. */
const MOST_POSITIONS = 9

/**
 * Gives the pooled image's blocks, if it is blocked and windows tile all of it; `pool` is the gradient of a max-pool.
 */
function tiledBlocks (context: LoweringContext, pool: TracedNode): string | undefined {
  const image = context.lowered(pool.inputs.input!).stored.get(BLOCKED)
  const [, height, width] = pool.outputs[0]!.shape as Shape4
  const window = poolGeometry(pool.outputs[0]!.shape, pool.attributes)
  const { filterHeight: kh, filterWidth: kw, outHeight: h, outWidth: w } = window
  return tiles(window) && h * kh === height && w * kw === width && kh * kw <= MOST_POSITIONS ? image : undefined
}

/**
 * Emits the gradient of a max-pool. It goes to the first of a window's maxima, row by row, as in TensorFlow.js. The
 * image is cut into the k² images of equal positions in their windows; what one of them does not claim is left for the
 * next: g₁ = [x₁ = y] · dy, g₂ = [x₂ = y] · (dy − g₁), …; the last takes the rest.
 * @param image blocks of the pooled image
 * @param rectified whether to give the gradient of relu(x) in x instead, where the pooled image is relu(x)
 */
function lowerGradient (
  context: LoweringContext, { inputs, attributes, outputs }: TracedNode, image: string, rectified: boolean
): Lowered {
  const { writer, blockSize } = context
  const block = blockSize!
  const output = outputs[0]!
  const [batch, height, width, channels] = output.shape as Shape4
  const { filterHeight: kh, filterWidth: kw, outHeight: h, outWidth: w } = poolGeometry(output.shape, attributes)
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
    const claimed = writer.node('Mul', [
      writer.node('Cast', [writer.node('Equal', [position, maxima])], { to: onnxTypes.float32 }),
      rest,
    ])
    rest = writer.node('Sub', [rest, claimed])
    return claimed
  }).map(name => reshape(name, [planes * h * w, block]))
  const rows = Array.from({ length: kh }, (_, row) =>
    reshape(writer.node('Concat', gradients.slice(row * kw, (row + 1) * kw), { axis: 1 }), [planes * h, width * block]))
  return storedAs(
    output.shape,
    output.dtype,
    BLOCKED,
    reshape(writer.node('Concat', rows, { axis: 1 }), [batch, stored, height, width])
  )
}

export const blockedMaxPoolGradient = defineRule({
  name: 'blocked-max-pool-gradient',
  equation: 'dx = dy at the first of a window\'s maxima, by comparing the positions of all windows at once, on blocks',
  kernels: ['MaxPoolGrad'],
  matches: tiledBlocks,
  rewrites: (context, node, image) => lowerGradient(context, node, image, false),
})

export const rectifiedPoolGradient = defineRule({
  name: 'rectified-pool-gradient',
  equation:
    "maxPoolGradient(dy) · step(x) = maxPoolGradient(dy · step(y)), y the maxima of relu(x): a window's gradient " +
    'goes to an element that equals its maximum, and maxima are fewer',
  kernels: ['Multiply'],
  matches (context, { inputs: { a, b } }) {
    for (const [gradient, mask] of [
      [a!, b!],
      [b!, a!],
    ] as const) {
      const pool = madeBy(gradient, 'MaxPoolGrad')
      const step = madeBy(mask, 'Step')
      if (pool === undefined || step === undefined || (step.attributes.alpha ?? 0) !== 0) continue
      if (context.consumers(original(gradient)).length !== 1) continue
      const relu = madeBy(pool.inputs.input!, 'Relu')
      if (relu === undefined || original(relu.inputs.x!) !== original(step.inputs.x!)) continue
      const image = tiledBlocks(context, pool)
      return image === undefined ? undefined : { pool, image }
    }
    return undefined
  },
  rewrites: (context, _node, { pool, image }) => lowerGradient(context, pool, image, true),
})

function split (writer: GraphBuilder, name: string, parts: number, axis: number): string[] {
  return parts === 1
    ? [name]
    : writer.nodeWithOutputs('Split', [name, writer.integers(new Array<number>(parts).fill(1))], parts, { axis })
}
