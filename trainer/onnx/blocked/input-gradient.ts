/** Gradients of convolutions in their input, which are also transposed convolutions, in the blocked layout. */
import { BLOCKED, materialized, OIHW, storedAs, type Lowered } from '../layout.js'
import type { LoweringContext } from '../lower.js'
import { convolutionGeometry, type Shape4 } from '../kernels/geometry.js'
import type { TracedNode } from '../trace.js'
import { blockedNode, correlate, operand, takes } from './convolution.js'
import { blockedFilter } from './filter.js'

/** dx (+ bias) from dy and the filter, or undefined where the plain form has to do. */
export function lowerBlockedTransposedConvolution (context: LoweringContext, node: TracedNode, bias?: string): Lowered | undefined {
  if (context.blockSize === undefined) return undefined
  const { filter, dy } = node.inputs
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = convolutionGeometry(node.outputs[0]!.shape, filter!.shape, node.attributes)
  const gradientChannels = filter!.shape[3]!
  if (dilationHeight !== 1 || dilationWidth !== 1 || !takes(context.blockSize, gradientChannels) || dy!.shape.includes(0)) return undefined
  if (strideHeight === 1 && strideWidth === 1) return atStrideOne(context, node, bias)
  return strideHeight === 2 && strideWidth === 2 ? atStrideTwo(context, node, bias) : undefined
}

/** dx[r, c] = Σ dy[r + top − a, c + left − b] · w[a, b]: a convolution with the filter flipped and its channels swapped. */
function atStrideOne (context: LoweringContext, { inputs: { filter, dy }, outputs, attributes }: TracedNode, bias?: string): Lowered | undefined {
  const output = outputs[0]!
  const [kh, kw, channels, gradientChannels] = filter!.shape as Shape4
  const { padInfo: { top, left, bottom, right } } = convolutionGeometry(output.shape, filter!.shape, attributes)
  if (top >= kh || left >= kw || bottom >= kh || right >= kw) return undefined
  return correlate(context, () => ({
    image: context.lowered(dy!),
    weights: {
      name: materialized(context.writer, context.lowered(filter!), OIHW),
      size: { outputs: gradientChannels, inputs: channels, height: kh, width: kw },
      swapped: true,
      at: (row, column) => [kh - 1 - row, kw - 1 - column],
    },
    bias,
  }), {
    filter: { outputs: channels, inputs: gradientChannels, height: kh, width: kw },
    pads: [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right],
    strides: [1, 1],
    dilations: [1, 1],
    output,
  })
}

/** The taps a of one axis that reach the pixels 2u + parity: those for which 2 (u + offset) = 2u + parity + pad − a has a solution. */
function tapsAt (parity: number, size: number, pad: number): { taps: number[], before: number, after: number } | undefined {
  const taps = Array.from({ length: size }, (_, i) => size - 1 - i).filter(tap => (parity + pad - tap) % 2 === 0)
  if (taps.length === 0) return undefined
  const [first, last] = [(parity + pad - taps[0]!) / 2, (parity + pad - taps.at(-1)!) / 2]
  return first > 0 || last < 0 ? undefined : { taps, before: -first, after: last }
}

/** At stride 2 each parity of row and column sees its own taps: four small convolutions of dy, whose results interleave. */
function atStrideTwo (context: LoweringContext, { inputs: { filter, dy }, outputs, attributes }: TracedNode, bias?: string): Lowered | undefined {
  const { writer } = context
  const block = context.blockSize!
  const output = outputs[0]!
  const [kh, kw, channels, gradientChannels] = filter!.shape as Shape4
  const [batch, height, width] = output.shape as Shape4
  const [, h, w] = dy!.shape as Shape4
  const { padInfo: { top, left } } = convolutionGeometry(output.shape, filter!.shape, attributes)
  const rows = [0, 1].map(parity => tapsAt(parity, kh, top))
  const columns = [0, 1].map(parity => tapsAt(parity, kw, left))
  if (channels % block !== 0 || Math.ceil(height / 2) !== h || Math.ceil(width / 2) !== w || [...rows, ...columns].includes(undefined)) return undefined

  const image = operand(writer, block, context.lowered(dy!))
  const name = materialized(writer, context.lowered(filter!), OIHW)
  const stored = { outputs: gradientChannels, inputs: channels, height: kh, width: kw }
  const planes = batch * channels / block
  const [even, odd] = rows.map(row => {
    const parts = columns.map(column => {
      const size = { outputs: channels, inputs: gradientChannels, height: row!.taps.length, width: column!.taps.length }
      const part = blockedFilter(writer, block, { name, size: stored, swapped: true, at: (a, b) => [row!.taps[a]!, column!.taps[b]!] }, size)
      const result = blockedNode(writer, [image, part, bias], size, [row!.before, column!.before, row!.after, column!.after])
      return writer.node('Reshape', [result, writer.integers([planes * h * w, block])])
    })
    return writer.node('Reshape', [writer.node('Concat', parts, { axis: 1 }), writer.integers([planes * h, w * 2 * block])])
  })
  const whole = writer.node('Concat', [even!, odd!], { axis: 1 })
  const [fullHeight, fullWidth] = [2 * h, 2 * w]
  const exact = fullHeight === height && fullWidth === width
  const cropped = exact
    ? whole
    : writer.node('Slice', [writer.node('Reshape', [whole, writer.integers([planes, fullHeight, fullWidth, block])]), writer.integers([0, 0]), writer.integers([height, width]), writer.integers([1, 2])])
  return storedAs(output.shape, output.dtype, BLOCKED, writer.node('Reshape', [cropped, writer.integers([batch, channels, height, width])]))
}
