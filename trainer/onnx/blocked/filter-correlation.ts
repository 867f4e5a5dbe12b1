/**
 * Gradients of convolutions in their filter: dw[a, b, i, o] = Σ x[n, s·r + a − top, s·c + b − left, i] · dy[n, r, c,
 * o], summed over n, r, c. As a blocked convolution, the batch is what is summed over, so it takes the input channels'
 * place; the channels of one block of x lie side by side in a row, so that a step of one column is a dilation of B; and
 * dy, as large as the image, is the filter.
 */
import { withoutPadding } from './channel-padding.js'
import { blockedNode } from './correlation.js'
import { rearrange, rearrangePieces } from './rearrange.js'
import type { Shape4 } from '../geometry.js'
import type { Lowered, LoweringContext } from '../ir.js'
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
  // [N, O/B, h·w, B] → [O/B, N/B, h·w, B of N, B of O]
  const kernel = rearrangePieces(
    writer,
    materialized(writer, filter, BLOCKED),
    { n: batches, m: block, o: outputs, p: h * w, c: block },
    'o n p m c',
    [allOutputs, batch, h, w]
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
  const apart = rearrange(writer, turned, { n: batches, i: inputs, p: planes * block }, 'i n p', [
    inputs * batches,
    height,
    width,
    inner * block,
  ])
  // Exactly the rows and columns that kh × kw results need. Padding inside the operator would be slow: every result
  // would touch it.
  const [bottom, right] = [(h - 1) * sh + kh - height - top, (w - 1) * sw + kw - width - left]
  const framed = frame(context, apart, [height, width], [top, left, bottom, right])
  const [rows, columns] = [height + top + bottom, width + left + right]
  const result = blockedNode(
    writer,
    [writer.node('Reshape', [framed, writer.integers([inputs, batch, rows, columns * inner])]), kernel],
    { height: h, width: w },
    [0, 0, 0, 0],
    [1, 1],
    [sh, sw * inner]
  ) // [I/B, O/B, kh, kw · B of I, B of O]
  const sizes = flipped ? [allInputs, allOutputs, kh, kw] : [allOutputs, allInputs, kh, kw]
  const complete = rearrange(
    writer,
    result,
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

/** Crops and pads axes 1 and 2 of a stored tensor. Negative pads crop. */
function frame (
  { writer }: LoweringContext,
  name: string,
  [height, width]: readonly [number, number],
  [top, left, bottom, right]: readonly [number, number, number, number]
): string {
  const cropped =
    bottom < 0 || right < 0
      ? writer.node('Slice', [
        name,
        writer.integers([0, 0]),
        writer.integers([height + Math.min(bottom, 0), width + Math.min(right, 0)]),
        writer.integers([1, 2]),
      ])
      : name
  const pads = [0, top, left, 0, 0, Math.max(bottom, 0), Math.max(right, 0), 0]
  return pads.some(pad => pad > 0) ? writer.node('Pad', [cropped, writer.integers(pads)]) : cropped
}
