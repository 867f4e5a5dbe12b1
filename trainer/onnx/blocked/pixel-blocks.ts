/**
 * Convolutions with few output channels. The operator computes up to four blocks of output channels at once and is slow
 * on fewer; with O channels left, it computes the h × w pixels of a small tile as if they were channels, at stride (h,
 * w), with a filter that holds the same weights once for each pixel, shifted: w'[(p, q, o), i, a, b] = w[o, i, a − p, b
 * − q], of (kh + h − 1) × (kw + w − 1) taps.
 */
import type { Lowered, LoweringContext } from '../ir.js'
import { BLOCKED, canonical, storedAs } from '../layout.js'
import { padBias } from './channel-padding.js'
import { blockedNode, MOST_BLOCKS, operand, type Correlation, type CorrelationShape } from './correlation.js'
import { blockedFilter, type FilterSize } from './filter.js'
import { rearrange } from './rearrange.js'

export interface PixelBlock { readonly height: number, readonly width: number }

/**
 * Throughput of the operator on 1, 2, 3, 4 blocks of output channels at once, relative to four; measured, with 256 and
 * with 512 bit wide vectors. A table, so that a run that is resumed elsewhere takes the same forms.
 */
const THROUGHPUTS = { narrow: [0.42, 0.75, 0.75, 1], wide: [0.69, 0.97, 1, 1] } as const
/** Factor by which taking the tiles apart again lengthens the time. */
const UNTILING = 1.15
/** Below this many products a pixel, moving the result costs more than computing it. */
const FEWEST_PRODUCTS = 64

/** Relative time of a pixel: products over throughput. */
function cost (block: number, { outputs, inputs, height, width }: FilterSize, tile: PixelBlock): number {
  const blocks = outputs * tile.height * tile.width / block
  const rounds = Math.ceil(blocks / MOST_BLOCKS)
  const throughput = THROUGHPUTS[block < 16 ? 'narrow' : 'wide'][Math.ceil(blocks / rounds) - 1]!
  return inputs * outputs * (height + tile.height - 1) * (width + tile.width - 1) / throughput
}

/** Outputs of a pixel, with padding ones where their number does not divide a block. */
const roomFor = (block: number, outputs: number): number =>
  outputs < block ? 2 ** Math.ceil(Math.log2(outputs)) : outputs

/**
 * Chooses the tile that is expected to be fastest; undefined: pixels one by one, as where strides or dilations are not
 * 1.
 */
export function choosePixelBlock (block: number, shape: CorrelationShape): PixelBlock | undefined {
  const { filter, strides, dilations, output: { shape: output } } = shape
  if (![...strides, ...dilations].every(step => step === 1)) return undefined
  const { inputs, height, width } = filter
  const outputs = roomFor(block, filter.outputs)
  const direct = outputs % block === 0
  if (inputs * height * width < FEWEST_PRODUCTS || (!direct && block % outputs !== 0)) return undefined
  let best: PixelBlock | undefined
  let least = direct ? cost(block, filter, { height: 1, width: 1 }) / UNTILING : Infinity
  for (let pixels = direct ? 2 : block / outputs; pixels * outputs <= MOST_BLOCKS * block; pixels *= 2) {
    const tileHeight = 2 ** Math.floor(Math.log2(pixels) / 2)
    const tile = { height: tileHeight, width: pixels / tileHeight }
    if (tile.height > output[1]! || tile.width > output[2]!) continue
    const time = cost(block, { ...filter, outputs }, tile)
    if (time < least) { least = time; best = tile }
  }
  return best
}

/** Emits a correlation that `choosePixelBlock` has found a tile for. */
export function convolvePixelBlocks (context: LoweringContext, correlation: Correlation, tile: PixelBlock): Lowered {
  const { writer } = context
  const block = context.blockSize!
  const {
    image,
    filter: { outputs: wanted, inputs, height, width },
    weights,
    pads: [top, left],
    output,
    bias,
  } = correlation
  const outputs = roomFor(block, wanted)
  const padding = outputs - wanted
  const [, imageHeight, imageWidth] = image.shape
  const [batch, h, w] = output.shape as [number, number, number, number]
  const [rows, columns] = [Math.ceil(h / tile.height), Math.ceil(w / tile.width)]
  const pixels = tile.height * tile.width
  const size = { outputs: pixels * outputs, inputs, height: height + tile.height - 1, width: width + tile.width - 1 }
  const shifted = (row: number, column: number, pixel: number) => {
    const [a, b] = [row - Math.floor(pixel / tile.width), column - pixel % tile.width]
    return a >= 0 && a < height && b >= 0 && b < width ? weights.at(a, b, 0) : undefined
  }
  const filter = blockedFilter(writer, block, { ...weights, at: shifted, padding }, size)
  const fullBias = padBias(writer, bias, padding)
  const tiledBias =
    fullBias === undefined ? undefined : writer.node('Concat', new Array<string>(pixels).fill(fullBias), { axis: 0 })
  const tiles = blockedNode(
    writer,
    [operand(writer, block, image), filter, tiledBias],
    size,
    [
      top,
      left,
      (rows - 1) * tile.height + size.height - imageHeight! - top,
      (columns - 1) * tile.width + size.width - imageWidth! - left,
    ],
    [tile.height, tile.width]
  ) // [N, pixels · O / B, rows, columns, B]

  // Channels are (p, q, o); those of one block stand behind the rows and columns, its blocks before them.
  const o = { o: Math.min(block, outputs) }
  const inside = block / o.o // pixels in a block
  const [pOut, qIn] = [Math.min(tile.height, pixels / inside), Math.min(tile.width, inside)]
  const axes = {
    n: batch,
    p: pOut,
    q: tile.width / qIn,
    k: outputs / o.o,
    r: rows,
    c: columns,
    s: tile.height / pOut,
    t: qIn,
    ...o,
  }
  const grown = [batch, rows * tile.height, columns * tile.width]
  const direct = outputs % block === 0
  const arranged = rearrange(
    writer,
    tiles,
    axes,
    'n k r p s c q t o',
    direct ? [batch * (outputs / block), ...grown.slice(1), block] : [...grown, outputs]
  )
  const exact = grown[1] === h && grown[2] === w
  const whole = exact
    ? arranged
    : writer.node('Slice', [arranged, writer.integers([0, 0]), writer.integers([h, w]), writer.integers([1, 2])])
  // A split: threads share its work, and cutting a few numbers off each pixel by a slice is one thread's.
  const cropped = direct || padding === 0
    ? whole
    : writer.nodeWithOutputs('Split', [whole, writer.integers([wanted, padding])], 2, { axis: 3 })[0]!
  if (!direct) return storedAs(output.shape, output.dtype, canonical(4), cropped)
  return storedAs(
    output.shape,
    output.dtype,
    BLOCKED,
    writer.node('Reshape', [cropped, writer.integers([batch, outputs, h, w])])
  )
}
