/**
 * Gradients of convolutions in their filter: dw[a, b, i, o] = Σ x[n, s·r + a − top, s·c + b − left, i] · dy[n, r, c,
 * o], summed over n, r, c. As a blocked convolution, the batch is what is summed over, so it takes the input channels'
 * place; the channels of one block of x lie side by side in a row, so that a step of one column is a dilation of B; and
 * dy, as large as the image, is the filter.
 */
import { withoutPadding } from './channel-padding.js'
import { blockedNode, MOST_BLOCKS } from './correlation.js'
import { rearrange, rearrangePieces } from './rearrange.js'
import type { Shape4 } from '../geometry.js'
import type { GraphBuilder, Lowered, LoweringContext } from '../ir.js'
import { BLOCKED, BLOCKED_DOMAIN, blockedChannels, canonical, materialized } from '../layout.js'

export interface FilterCorrelation {
  /** [N, H, W, I] */
  readonly image: Lowered
  /** [N, h, w, O] */
  readonly filter: Lowered
  /** kh, kw: how many rows and columns of the result are wanted */
  readonly taps: readonly [number, number]
  /** before the image: rows, columns */
  readonly pads: readonly [number, number]
  readonly strides: readonly [number, number]
  /** Whether the result is wanted with its rows and columns reversed and as [I, O, kh, kw]: that of swapped roles. */
  readonly flipped: boolean
}

/**
 * Emits Σ over n, r, c of image[n, s·r + a − top, s·c + b − left, i] · filter[n, r, c, o], as [O, I, kh, kw]; or
 * flipped.
 */
export function correlateFilter (
  context: LoweringContext,
  { image, filter, taps: [kh, kw], pads: [top, left], strides: [sh, sw], flipped }: FilterCorrelation
): string {
  const { writer } = context
  const block = context.blockSize!
  const [batch, height, width, channelsIn] = image.shape as Shape4
  const [, h, w, channelsOut] = filter.shape as Shape4
  const batches = batch / block
  const allOutputs = blockedChannels(block, channelsOut)
  const outputs = allOutputs / block
  const inner = channelsIn < block ? channelsIn : block // channels side by side in a row
  const allInputs = channelsIn < block ? channelsIn : blockedChannels(block, channelsIn)
  const inputs = allInputs / inner
  const groups = groupsOf(inputs * Math.ceil(outputs / MOST_BLOCKS) * kh, batches)
  // [N, O/B, h·w, B] → [G, O/B, N/B/G, h·w, B of N, B of O]
  const kernel = rearrangePieces(
    writer,
    materialized(writer, filter, BLOCKED),
    { g: groups, n: batches / groups, m: block, o: outputs, p: h * w, c: block },
    'g o n p m c',
    [groups * allOutputs, batch / groups, h, w]
  )
  // [N, I/B, H·W·B] → [I/B, N/B, H·W·B, B of N]: first the transposition, which putting a block of images' pixels
  // together is, then the order of large pieces. Threads share the work of this operator; ONNX Runtime's transposition
  // is one thread's, and slower with two.
  const planes = height * width * inner
  const stacked = writer.node('Reshape', [
    materialized(writer, image, inner === block ? BLOCKED : canonical(4)),
    writer.integers([batches, block, 1, inputs * planes]),
  ])
  const turned = writer.node('ReorderInput', [stacked], {}, BLOCKED_DOMAIN)
  const apart = rearrangePieces(writer, turned, { n: batches, i: inputs, p: planes * block }, 'i n p', [
    inputs * batches,
    height,
    width,
    inner * block,
  ])
  // Exactly the rows and columns that kh × kw results need. Rows above and below are left to the operator, which skips
  // them; columns are not, since every result would touch them, and the operator is slow there.
  const [bottom, right] = [(h - 1) * sh + kh - height - top, (w - 1) * sw + kw - width - left]
  const cropped = crop(writer, apart, [height, width], [bottom, right])
  const [rows, columns] = [height + Math.min(bottom, 0), width + Math.min(right, 0)]
  const framed = padColumns(writer, cropped, inputs * batches * rows, columns * inner * block, [
    left * inner * block,
    Math.max(right, 0) * inner * block,
  ])
  const result = blockedNode(
    writer,
    [
      writer.node('Reshape', [
        framed,
        writer.integers([inputs, batch, rows, (left + columns + Math.max(right, 0)) * inner]),
      ]),
      kernel,
    ],
    { height: h, width: w },
    [top, 0, Math.max(bottom, 0), 0],
    [1, 1],
    [sh, sw * inner],
    groups
  ) // [I/B, G · O/B, kh, kw · B of I, B of O]
  const summed = groups === 1
    ? result
    : writer.node('ReduceSum', [
      writer.node('Reshape', [result, writer.integers([inputs, groups, allOutputs * kh * kw * inner])]),
      writer.integers([1]),
    ], { keepdims: 0 })
  const sizes = flipped ? [allInputs, allOutputs, kh, kw] : [allOutputs, allInputs, kh, kw]
  const complete = rearrange(
    writer,
    summed,
    { i: inputs, o: outputs, t: kh * kw, j: inner, c: block },
    flipped ? 'i j o c t' : 'o c i j t',
    sizes
  )
  const ordered = withoutPadding(
    writer,
    complete,
    sizes,
    flipped ? [channelsIn, channelsOut] : [channelsOut, channelsIn]
  )
  if (!flipped || kh * kw === 1) return ordered
  const first = Number.MIN_SAFE_INTEGER // before the first element, whatever the size
  return writer.node('Slice', [
    ordered,
    writer.integers([-1, -1]),
    writer.integers([first, first]),
    writer.integers([2, 3]),
    writer.integers([-1, -1]),
  ])
}

/** Rows of a result, of all blocks of channels, from which on threads find enough to share. */
const ENOUGH_ROWS = 16

/**
 * Threads share a convolution by rows of its result: a filter of 5 × 5 has 5 for two of them. So the images are added
 * up in groups, each of which has rows of its own; a power of 2.
 * @param rows of the result, where all images are one group
 * @param batches blocks of images
 */
function groupsOf (rows: number, batches: number): number {
  let groups = 1
  while (rows * groups < ENOUGH_ROWS && batches % (2 * groups) === 0) groups *= 2
  return groups
}

/** Crops axes 1 and 2 of a stored tensor at their ends, where less than nothing is to be added there. */
function crop (
  writer: GraphBuilder,
  name: string,
  [height, width]: readonly [number, number],
  [bottom, right]: readonly [number, number]
): string {
  return bottom < 0 || right < 0
    ? writer.node('Slice', [
      name,
      writer.integers([0, 0]),
      writer.integers([height + Math.min(bottom, 0), width + Math.min(right, 0)]),
      writer.integers([1, 2]),
    ])
    : name
}

/**
 * Adds zeros before and after each row of `count` rows of so many elements. By concatenation: threads share its work,
 * and ONNX Runtime's padding is one thread's.
 */
function padColumns (
  writer: GraphBuilder,
  name: string,
  count: number,
  length: number,
  [before, after]: readonly [number, number]
): string {
  if (before === 0 && after === 0) return name
  const zeros = (size: number) =>
    size === 0
      ? []
      : [writer.constant(new Float32Array(count * size), [count, size], 'float32', `zeros ${count} ${size}`)]
  const rows = writer.node('Reshape', [name, writer.integers([count, length])])
  return writer.node('Concat', [...zeros(before), rows, ...zeros(after)], { axis: 1 })
}
