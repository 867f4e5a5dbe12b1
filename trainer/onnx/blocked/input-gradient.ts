/** Gradients of convolutions in their input, which are also transposed convolutions, in the blocked layout. */
import { BLOCKED, blockedChannels, materialized, OIHW, storedAs, type Lowered } from '../layout.js'
import type { LoweringContext } from '../lower.js'
import { convolutionGeometry, type Shape4 } from '../kernels/geometry.js'
import type { TensorType, TracedNode } from '../trace.js'
import { blockedNode, correlate, operand } from './convolution.js'
import { blockedFilter, type Weights } from './filter.js'
import { fillsBlocks, takes, withSpare } from './spare.js'

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

/** What `interleave` computes: y[r, c] = Σ image[(r + top − a) / 2, (c + left − b) / 2] · w[a, b] over whole quotients, at about twice the image's size. */
export interface Interleaving {
  /** [N, h, w, I] */
  readonly image: Lowered
  /** Those that make the filter's outputs y's channels. */
  readonly weights: Omit<Weights, 'at' | 'spare'>
  /** top, left */
  readonly pads: readonly [number, number]
  readonly output: TensorType
  readonly bias?: string | undefined
}

function atStrideTwo (context: LoweringContext, { inputs: { filter, dy }, outputs, attributes }: TracedNode, bias?: string): Lowered | undefined {
  const output = outputs[0]!
  const [kh, kw, channels, gradientChannels] = filter!.shape as Shape4
  const { padInfo: { top, left } } = convolutionGeometry(output.shape, filter!.shape, attributes)
  if (!fillsBlocks(context.blockSize!, channels) || parities(output, dy!.shape, [kh, kw], [top, left]) === undefined) return undefined
  const weights = {
    name: materialized(context.writer, context.lowered(filter!), OIHW),
    size: { outputs: gradientChannels, inputs: channels, height: kh, width: kw },
    swapped: true,
  }
  return interleave(context, { image: context.lowered(dy!), weights, pads: [top, left], output, bias })
}

type Taps = NonNullable<ReturnType<typeof tapsAt>>

/** The taps of even and odd rows and columns, if results of the image's size, interleaved, cover the output. */
function parities ({ shape: [, height, width] }: TensorType, [, h, w]: readonly number[], [kh, kw]: readonly [number, number], [top, left]: readonly [number, number]): { rows: Taps[], columns: Taps[] } | undefined {
  const rows = [0, 1].map(parity => tapsAt(parity, kh, top))
  const columns = [0, 1].map(parity => tapsAt(parity, kw, left))
  if (Math.ceil(height! / 2) !== h || Math.ceil(width! / 2) !== w || [...rows, ...columns].includes(undefined)) return undefined
  return { rows: rows as Taps[], columns: columns as Taps[] }
}

/** At stride 2 each parity of row and column sees its own taps: four small convolutions, whose results interleave. */
export function interleave (context: LoweringContext, { image, weights, pads, output, bias }: Interleaving): Lowered | undefined {
  const { writer } = context
  const block = context.blockSize!
  const [batch, height, width, channels] = output.shape as Shape4
  const [, h, w, inputs] = image.shape as Shape4
  const taps = parities(output, image.shape, [weights.size.height, weights.size.width], pads)
  if (taps === undefined) return undefined
  const source = operand(writer, block, image)
  const stored = blockedChannels(block, channels)
  const spare = stored - channels
  const fullBias = withSpare(writer, bias, spare)
  const planes = batch * stored / block
  const [even, odd] = taps.rows.map(row => {
    const parts = taps.columns.map(column => {
      const size = { outputs: stored, inputs, height: row.taps.length, width: column.taps.length }
      const part = blockedFilter(writer, block, { ...weights, spare, at: (a, b) => [row.taps[a]!, column.taps[b]!] }, size)
      const result = blockedNode(writer, [source, part, fullBias], size, [row.before, column.before, row.after, column.after])
      return writer.node('Reshape', [result, writer.integers([planes * h * w, block])])
    })
    return writer.node('Reshape', [writer.node('Concat', parts, { axis: 1 }), writer.integers([planes * h, w * 2 * block])])
  })
  const whole = writer.node('Concat', [even!, odd!], { axis: 1 })
  const exact = 2 * h === height && 2 * w === width
  const cropped = exact
    ? whole
    : writer.node('Slice', [writer.node('Reshape', [whole, writer.integers([planes, 2 * h, 2 * w, block])]), writer.integers([0, 0]), writer.integers([height, width]), writer.integers([1, 2])])
  return storedAs(output.shape, output.dtype, BLOCKED, writer.node('Reshape', [cropped, writer.integers([batch, stored, height, width])]))
}
