/**
 * Gradients of convolutions in their filter: dw[a, b, i, o] = Σ x[n, s·r + a − top, s·c + b − left, i] · dy[n, r, c,
 * o], summed over n, r, c. As a blocked convolution, images are what is summed over, so they take the input channels'
 * place, in groups of less than a block, which the operator takes as they are stored; the channels of one block of x
 * lie side by side in a row, so that a step of one column is a dilation of B; and dy, as large as the image, is the
 * filter. Where dy has less channels than a block, P neighbouring pixels of a row fill it: the sum over a row's pixels
 * is that over q < P of the sums over each P-th pixel from the q-th on, whose results lie q · s columns further.
 */
import { withoutPadding } from './channel-padding.js'
import { blockedNode, MOST_BLOCKS } from './correlation.js'
import { rearrange, rearrangePieces } from './rearrange.js'
import type { Shape4 } from '../geometry.js'
import type { GraphBuilder, Lowered, LoweringContext } from '../ir.js'
import { BLOCKED, blockedChannels, canonical, materialized } from '../layout.js'
import { reverseAxes } from '../reverse.js'

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
  /** Whether the result is wanted as [kh, kw, O, I]. Default false. */
  readonly swapped?: boolean
  /** Whether the result is wanted with its rows and columns reversed. Default false. */
  readonly reversed?: boolean
}

/** A correlation of stored blocks. Of an image's channels, `inner` lie side by side in a row. */
interface Blocks extends Pick<FilterCorrelation, 'taps' | 'pads' | 'strides'> {
  readonly image: { readonly height: number, readonly width: number, readonly blocks: number, readonly inner: number }
  readonly filter: { readonly height: number, readonly width: number, readonly blocks: number }
}

/**
 * Emits Σ over n, r, c of image[n, s·r + a − top, s·c + b − left, i] · filter[n, r, c, o], as [kh, kw, I, O]; or
 * swapped, or reversed.
 */
export function correlateFilter (context: LoweringContext, correlation: FilterCorrelation): string {
  const { image, filter, taps: [kh, kw], pads, strides: [sh, sw], swapped = false, reversed = false } = correlation
  const { writer } = context
  const block = context.blockSize!
  const [batch, height, width, channelsIn] = image.shape as Shape4
  const [, h, w, channelsOut] = filter.shape as Shape4
  const pixels = pixelsTogether(block, channelsOut)
  const outputs = blockedChannels(block, channelsOut) / block
  const inner = Math.min(channelsIn, block)
  const inputs = blockedChannels(inner, channelsIn) / inner
  const blocks: Blocks = {
    image: { height, width, blocks: inputs, inner },
    filter: { height: h, width: w / pixels, blocks: outputs },
    taps: [kh, kw + (pixels - 1) * sw],
    pads,
    strides: [sh, sw * pixels],
  }
  const parts = partsOf(block, batch)
  const stored = (tensor: Lowered) =>
    splitImages(writer, materialized(writer, tensor, tensor.shape[3]! < block ? canonical(4) : BLOCKED), parts)
  const [images, filters] = [stored(image), stored(filter)]
  const summed = parts
    .map((count, i) => sumImages(context, count, images[i]!, filters[i]!, blocks))
    .reduce((sum, part) => writer.node('Add', [sum, part])) // [I/B, O/B · kh · kw · B of I · B of O]
  const folded = pixels === 1
    ? summed
    : foldPixels(writer, summed, { rows: inputs * kh, columns: kw, inner, pixels, channels: channelsOut, step: sw })
  const [allInputs, allOutputs] = [inputs * inner, outputs * block / pixels]
  const parted = { i: inputs, o: outputs, t: kh * kw, j: inner, c: block / pixels }
  const sizes = swapped ? [kh, kw, allOutputs, allInputs] : [kh, kw, allInputs, allOutputs]
  const complete = swapped
    ? rearrange(writer, folded, parted, 't o c i j', sizes)
    : rearrangePieces(writer, folded, parted, 't i j o c', sizes)
  const ordered = withoutPadding(
    writer,
    complete,
    sizes,
    [kh, kw, ...swapped ? [channelsOut, channelsIn] : [channelsIn, channelsOut]]
  )
  return reversed && kh * kw > 1 ? reverseAxes(writer, ordered, [0, 1]) : ordered
}

/** Neighbouring pixels of a row of so many channels that fill a block. */
export const pixelsTogether = (block: number, channels: number): number => Math.max(1, block / channels)

/**
 * Adds up the results of the first, second … pixel of each P, each `step` columns further than that before: [rows ·
 * (columns + (P − 1) · step) · inner · P · channels] → [rows, columns · inner · channels].
 */
function foldPixels (
  writer: GraphBuilder,
  name: string,
  sizes: Readonly<Record<'rows' | 'columns' | 'inner' | 'pixels' | 'channels' | 'step', number>>
): string {
  const { rows, columns, inner, pixels, channels, step } = sizes
  const [from, apiece] = [columns + (pixels - 1) * step, columns * inner * channels]
  const sources = Int32Array.from({ length: pixels * apiece }, (_, i) => {
    const [pixel, at, channel] = [Math.floor(i / apiece), Math.floor(i % apiece / channels), i % channels]
    return (pixel * step * inner + at) * pixels * channels + pixel * channels + channel
  })
  const table = writer.node('Reshape', [name, writer.integers([rows, from * inner * pixels * channels])])
  const key = `pixels ${columns} ${inner} ${pixels} ${channels} ${step}`
  const shifted = writer.node('Gather', [table, writer.constant(sources, [sources.length], 'int32', key)], { axis: 1 })
  const parts = writer.node('Reshape', [shifted, writer.integers([rows, pixels, apiece])])
  return writer.node('ReduceSum', [parts, writer.integers([1])], { keepdims: 0 })
}

/** The operator takes less than a block of channels, or whole blocks; so does this of images. */
const partsOf = (block: number, batch: number): number[] =>
  batch < block || batch % block === 0 ? [batch] : [batch - batch % block, batch % block]

function splitImages (writer: GraphBuilder, name: string, parts: readonly number[]): string[] {
  return parts.length === 1
    ? [name]
    : writer.nodeWithOutputs('Split', [name, writer.integers(parts)], parts.length, { axis: 0 })
}

/**
 * Adds up images [count, I/B, H, W · B] by filters [count, O/B, h, w, B], as [I/B, O/B · kh · kw · B of I · B of O].
 */
function sumImages (
  { writer, blockSize }: LoweringContext,
  count: number,
  images: string,
  filters: string,
  { image, filter, taps: [kh, kw], pads: [top, left], strides: [sh, sw] }: Blocks
): string {
  const block = blockSize!
  const { height, width, blocks: inputs, inner } = image
  const { height: h, width: w, blocks: outputs } = filter
  const together = imagesTogether({
    count,
    most: block - 1,
    rows: inputs * Math.ceil(outputs / MOST_BLOCKS) * kh,
    reordered: outputs > 1 ? h * w : 0,
    result: inputs * inner * kh * kw,
  })
  const groups = count / together
  // [N, O/B, h·w·B] → [G, O/B, N/G, h·w·B]
  const kernel = rearrangePieces(
    writer,
    filters,
    { g: groups, n: together, o: outputs, p: h * w * block },
    'g o n p',
    [groups * outputs * block, together, h, w]
  )
  // [N, I/B, H·W·B] → [I/B, N, H·W·B]
  const apart = rearrangePieces(
    writer,
    images,
    { n: count, i: inputs, p: height * width * inner },
    'i n p',
    [inputs * count, height, width, inner]
  )
  // Exactly the rows and columns that kh × kw results need. Rows above and below are left to the operator, which skips
  // them; columns are not, since every result would touch them, and the operator is slow there.
  const [bottom, right] = [(h - 1) * sh + kh - height - top, (w - 1) * sw + kw - width - left]
  const cropped = crop(writer, apart, [height, width], [bottom, right])
  const [rows, columns] = [height + Math.min(bottom, 0), width + Math.min(right, 0)]
  const framed = padColumns(writer, cropped, inputs * count * rows, columns * inner, [
    left * inner,
    Math.max(right, 0) * inner,
  ])
  const result = blockedNode(
    writer,
    [
      writer.node('Reshape', [
        framed,
        writer.integers([inputs, count, rows, (left + columns + Math.max(right, 0)) * inner]),
      ]),
      kernel,
    ],
    { height: h, width: w },
    [top, 0, Math.max(bottom, 0), 0],
    [1, 1],
    [sh, sw * inner],
    groups
  ) // [I/B, G · O/B, kh, kw · B of I, B of O]
  const apiece = outputs * block * kh * kw * inner
  if (groups === 1) return writer.node('Reshape', [result, writer.integers([inputs, apiece])])
  return writer.node('ReduceSum', [
    writer.node('Reshape', [result, writer.integers([inputs, groups, apiece])]),
    writer.integers([1]),
  ], { keepdims: 0 })
}

/** Rows of a result, of all blocks of channels, from which on threads find enough to share. */
const ENOUGH_ROWS = 16

interface Grouping {
  readonly count: number
  /** Images of a group, at most. */
  readonly most: number
  /** Rows of a group's result. */
  readonly rows: number
  /** Elements of an image's filter, per channel, that change their place where groups have several images. */
  readonly reordered: number
  /** Elements of a group's result, per channel of the filter. */
  readonly result: number
}

/**
 * Chooses how many of `count` images one group adds up, a divisor, by what is moved. A group of one image takes its
 * filter from where it is stored, but each group has a result of its own, which is written and read again. Threads
 * share a convolution by rows of its results, of which a filter of 5 × 5 has 5: so groups have to be many enough.
 */
function imagesTogether ({ count, most, rows, reordered, result }: Grouping): number {
  const moved = (together: number) =>
    (together > 1 ? count * reordered : 0) + (together < count ? 2 * count / together * result : 0)
  const choices = Array.from({ length: Math.min(most, count) }, (_, i) => i + 1)
    .filter(together => count % together === 0)
  const shared = choices.filter(together => rows * count / together >= ENOUGH_ROWS)
  return (shared.length > 0 ? shared : [1]).reduce((best, next) => moved(next) <= moved(best) ? next : best)
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
