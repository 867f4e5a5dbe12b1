/**
 * Layouts. TensorFlow.js tensors are channels-last, ONNX convolutions channels-first. Instead of transposing at every
 * convolution, a lowered tensor knows in which axis orders it exists; elementwise work happens in whatever order is at
 * hand, and a transposition is only a new name for the same data until somebody needs another order.
 */
import type { ElementType, GraphBuilder, Layout, Lowered } from './ir.js'

/** [N, H, W, C] stored as [N, C, H, W]. */
export const NCHW: Layout = '0312'
/** A filter [kh, kw, in, out] stored as [out, in, kh, kw]. */
export const OIHW: Layout = '3201'
/** A filter [kh, kw, in, out] stored as [in, out, kh, kw]. */
export const IOHW: Layout = '2301'
/**
 * [N, H, W, C] stored as [N, ⌈C/B⌉, H, W, B], with the sizes of NCHW: ONNX Runtime's blocked layout, B channels side by
 * side for its vector units. Only images stored in their full size have it. Where C is no multiple of B, spare channels
 * fill the last block: whatever they hold is finite, and no result may depend on it.
 */
export const BLOCKED: Layout = 'blocked'
/** C with the spare channels of its last block. */
export const blockedChannels = (block: number, channels: number): number => Math.ceil(channels / block) * block
/** The domain of the operators that know this layout. */
export const BLOCKED_DOMAIN = 'com.microsoft.nchwc'
/** The domain of ONNX Runtime's other operators. */
const RUNTIME_DOMAIN = 'com.microsoft'

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)
export const axesOf = (layout: Layout): number[] => Array.from(layout, Number)
export const canonical = (rank: number): Layout => Array.from({ length: rank }, (_, axis) => axis).join('')
export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i])

export function storedAs (
  shape: readonly number[],
  dtype: ElementType,
  layout: Layout,
  name: string,
  extent = shape
): Lowered {
  return { shape, dtype, extent, stored: new Map([[layout, name]]) }
}

export function uniformOf (shape: readonly number[], dtype: ElementType, value: number): Lowered {
  return { shape, dtype, extent: shape.map(() => 1), stored: new Map(), uniform: value }
}

/** Name of the stored tensor in `layout`, not broadcast: its sizes are `extent` in that order. */
export function inLayout (writer: GraphBuilder, lowered: Lowered, layout = canonical(lowered.shape.length)): string {
  const existing = lowered.stored.get(layout)
  if (existing !== undefined) return existing
  let name: string
  if (lowered.stored.size === 0) {
    name = writer.constant([lowered.uniform!], lowered.shape.map(() => 1), lowered.dtype)
  } else {
    if (layout === BLOCKED) {
      const last = lowered.stored.has(canonical(4)) && !lowered.stored.has(NCHW)
      name = intoBlocks(writer, inLayout(writer, lowered, last ? canonical(4) : NCHW), lowered.extent[3]!, last)
      lowered.stored.set(layout, name)
      return name
    }
    const [from, source] = ordered(writer, lowered, layout)
    const [before, after] = [axesOf(from), axesOf(layout)]
    const moving = (axes: number[]) => axes.filter(axis => lowered.extent[axis] !== 1).join()
    // Moving axes of size 1 moves no data.
    name = moving(before) === moving(after)
      ? writer.node('Reshape', [source, writer.integers(after.map(axis => lowered.extent[axis]!))])
      : turned(writer, source, lowered, from, layout)
  }
  lowered.stored.set(layout, name)
  return name
}

/**
 * Transposes a stored tensor. Images of a few channels are turned by products with the identity, which threads share by
 * images. ONNX Runtime's transposition starts its threads anew for each image: of 128 images of 14 × 14 pixels in 8
 * channels it took .42 ms on two threads and .06 on one, and the product takes .09. The numbers are the same, but that
 * one which is not finite makes all channels of its pixel so.
 */
function turned (
  writer: GraphBuilder, source: string, { dtype, extent }: Lowered, from: Layout, to: Layout
): string {
  const [before, after] = [axesOf(from), axesOf(to)]
  const sizes = after.map(axis => extent[axis]!)
  const toPlanes = from === canonical(4) && to === NCHW
  if (
    (!toPlanes && (from !== NCHW || to !== canonical(4))) ||
    writer.blockSize === undefined || dtype !== 'float32' || extent[3]! >= writer.blockSize
  ) {
    return writer.node('Transpose', [source], { perm: after.map(axis => before.indexOf(axis)) })
  }
  const [images, height, width, channels] = extent as [number, number, number, number]
  const pixels = height * width
  const flat = writer.node('Reshape', [
    source,
    writer.integers([images, ...toPlanes ? [pixels, channels] : [channels, pixels]]),
  ])
  const identity = writer.constant(
    Float32Array.from({ length: channels ** 2 }, (_, i) => Number(i % (channels + 1) === 0)),
    toPlanes ? [1, channels, channels] : [channels, channels],
    'float32',
    `identity ${channels} ${toPlanes}`
  )
  const product = toPlanes
    ? writer.node('FusedMatMul', [identity, flat], { transB: 1 }, RUNTIME_DOMAIN) // [N, C, HW]
    : writer.node('FusedMatMul', [flat, identity], { transA: 1 }, RUNTIME_DOMAIN) // [N, HW, C]
  return writer.node('Reshape', [product, writer.integers(sizes)])
}

/** Channels that ReorderInput moves at a time: it refuses a number that is no multiple of them. */
const REORDERED_AT_ONCE = 4

/**
 * Puts an image into blocks.
 * @param name [N, C, H, W], or [N, H, W, C] where the channels are `last`
 */
function intoBlocks (writer: GraphBuilder, name: string, channels: number, last: boolean): string {
  const missing = blockedChannels(REORDERED_AT_ONCE, channels) - channels
  const after = last ? [0, 0, 0, missing] : [0, missing, 0, 0]
  const whole = missing === 0 ? name : writer.node('Pad', [name, writer.integers([0, 0, 0, 0, ...after])])
  return writer.node('ReorderInput', [whole], { channels_last: Number(last) }, BLOCKED_DOMAIN)
}

/**
 * A stored form that is a mere order of axes; what exists blocked only is taken apart, into `wanted` where that is
 * possible.
 */
function ordered (writer: GraphBuilder, lowered: Lowered, wanted: Layout): [layout: Layout, name: string] {
  for (const entry of lowered.stored) if (entry[0] !== BLOCKED) return entry
  const layout = wanted === canonical(4) ? wanted : NCHW
  const name = writer.node(
    'ReorderOutput',
    [lowered.stored.get(BLOCKED)!],
    { channels: lowered.extent[3]!, channels_last: Number(layout !== NCHW) },
    BLOCKED_DOMAIN
  )
  lowered.stored.set(layout, name)
  return [layout, name]
}

/** The tensor without its blocked form, for those who only rename axes. */
export function unblocked (writer: GraphBuilder, lowered: Lowered): Lowered {
  if (!lowered.stored.has(BLOCKED)) return lowered
  ordered(writer, lowered, NCHW)
  return { ...lowered, stored: new Map([...lowered.stored].filter(([layout]) => layout !== BLOCKED)) }
}

/** Name of the stored tensor in `layout` with every axis at its full size. */
export function materialized (
  writer: GraphBuilder,
  lowered: Lowered,
  layout = canonical(lowered.shape.length)
): string {
  if (layout === BLOCKED && !sameShape(lowered.extent, lowered.shape)) {
    return intoBlocks(writer, materialized(writer, lowered, NCHW), lowered.shape[3]!, false)
  }
  const name = inLayout(writer, lowered, layout)
  if (sameShape(lowered.extent, lowered.shape)) return name
  return writer.node('Expand', [name, writer.integers(axesOf(layout).map(axis => lowered.shape[axis]!))])
}

/** The axis order a tensor already has, if it is stored at its full size; else canonical. */
export function anyLayout (lowered: Lowered): Layout {
  if (!sameShape(lowered.extent, lowered.shape)) return canonical(lowered.shape.length)
  for (const layout of lowered.stored.keys()) if (layout !== BLOCKED) return layout
  return lowered.stored.has(BLOCKED) ? NCHW : canonical(lowered.shape.length)
}

/**
 * An operand for elementwise work in `layout` on tensors of its rank: broadcasts as NumPy does, by leading axes.
 * Uniform constants become scalars. The result's sizes in that layout are the operand's extent, padded with leading
 * ones.
 */
export function asOperand (writer: GraphBuilder, operand: Lowered, layout: Layout): string {
  const rank = layout === BLOCKED ? NCHW.length : layout.length
  if (operand.uniform !== undefined) return writer.scalar(operand.uniform, operand.dtype)
  if (operand.shape.length === rank) return inLayout(writer, operand, layout)
  if (operand.shape.length === 0) return inLayout(writer, operand)
  const missing = rank - operand.shape.length
  const extent = [...new Array<number>(missing).fill(1), ...operand.extent]
  const order = axesOf(layout)
  const wanted = order.map(axis => extent[axis]!)
  const source = inLayout(writer, operand)
  if (inOrder(order, extent)) {
    return sameShape(wanted, extent) ? source : writer.node('Reshape', [source, writer.integers(wanted)])
  }
  const padded = storedAs(
    extent,
    operand.dtype,
    canonical(rank),
    writer.node('Reshape', [source, writer.integers(extent)])
  )
  return inLayout(writer, padded, layout)
}

/** Tells whether the axes with more than one element keep their order. */
function inOrder (order: number[], extent: readonly number[]): boolean {
  const moving = order.filter(axis => extent[axis] !== 1)
  return moving.every((axis, i) => i === 0 || axis > moving[i - 1]!)
}
