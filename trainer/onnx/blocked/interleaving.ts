/**
 * Transposed convolutions at stride 2. Each parity of row and column sees its own taps of the filter: four small
 * convolutions, whose results interleave.
 */
import { padBias } from './channel-padding.js'
import { blockedNode, operand } from './correlation.js'
import { blockedFilter, type Weights } from './filter.js'
import type { Shape4 } from '../geometry.js'
import type { Lowered, LoweringContext, TensorType } from '../ir.js'
import { BLOCKED, blockedChannels, storedAs } from '../layout.js'

/**
 * Gives the taps a of one axis that reach the pixels 2u + parity: those for which 2 (u + offset) = 2u + parity + pad −
 * a has a solution.
 */
function tapsAt (
  parity: number,
  size: number,
  pad: number
): { taps: number[]; before: number; after: number } | undefined {
  const taps = Array.from({ length: size }, (_, i) => size - 1 - i).filter(tap => (parity + pad - tap) % 2 === 0)
  if (taps.length === 0) return undefined
  const [first, last] = [(parity + pad - taps[0]!) / 2, (parity + pad - taps.at(-1)!) / 2]
  return first > 0 || last < 0 ? undefined : { taps, before: -first, after: last }
}

/**
 * Describes y[r, c] = Σ image[(r + top − a) / 2, (c + left − b) / 2] · w[a, b] over whole quotients, at about twice the
 * image's size.
 */
export interface Interleaving {
  /** [N, h, w, I] */
  readonly image: Lowered
  /** Those that make the filter's outputs y's channels. */
  readonly weights: Omit<Weights, 'at' | 'padding'>
  readonly taps: PhaseTaps
  readonly output: TensorType
  readonly bias?: string | undefined
}

type Taps = NonNullable<ReturnType<typeof tapsAt>>

/** The taps of even and odd rows, and of even and odd columns. */
export interface PhaseTaps {
  readonly rows: readonly Taps[]
  readonly columns: readonly Taps[]
}

/**
 * Finds the taps of each phase, if results of the image's size, interleaved, cover the output; undefined otherwise.
 * @param output [N, H, W, O]
 * @param image [N, h, w, I]
 * @param filter kh, kw
 * @param pads top, left
 */
export function phaseTaps (
  [, height, width]: readonly number[],
  [, h, w]: readonly number[],
  [kh, kw]: readonly [number, number],
  [top, left]: readonly [number, number]
): PhaseTaps | undefined {
  const rows = [0, 1].map(parity => tapsAt(parity, kh, top)).filter(taps => taps !== undefined)
  const columns = [0, 1].map(parity => tapsAt(parity, kw, left)).filter(taps => taps !== undefined)
  const covers = Math.ceil(height! / 2) === h && Math.ceil(width! / 2) === w
  return covers && rows.length === 2 && columns.length === 2 ? { rows, columns } : undefined
}

/** Emits four small convolutions and interleaves their results. */
export function interleave (context: LoweringContext, { image, weights, taps, output, bias }: Interleaving): Lowered {
  const { writer } = context
  const block = context.blockSize!
  const [batch, height, width, channels] = output.shape as Shape4
  const [, h, w, inputs] = image.shape as Shape4
  const source = operand(writer, block, image)
  const stored = blockedChannels(block, channels)
  const padding = stored - channels
  const fullBias = padBias(writer, bias, padding)
  const planes = batch * stored / block
  const [even, odd] = taps.rows.map(row => {
    const parts = taps.columns.map(column => {
      const size = { outputs: stored, inputs, height: row.taps.length, width: column.taps.length }
      const part = blockedFilter(
        writer,
        block,
        { ...weights, padding, at: (a, b) => [row.taps[a]!, column.taps[b]!] },
        size
      )
      const result = blockedNode(writer, [source, part, fullBias], size, [
        row.before,
        column.before,
        row.after,
        column.after,
      ])
      return writer.node('Reshape', [result, writer.integers([planes * h * w, block])])
    })
    return writer.node('Reshape', [
      writer.node('Concat', parts, { axis: 1 }),
      writer.integers([planes * h, w * 2 * block]),
    ])
  })
  const whole = writer.node('Concat', [even!, odd!], { axis: 1 })
  const exact = 2 * h === height && 2 * w === width
  const cropped = exact
    ? whole
    : writer.node('Slice', [
      writer.node('Reshape', [whole, writer.integers([planes, 2 * h, 2 * w, block])]),
      writer.integers([0, 0]),
      writer.integers([height, width]),
      writer.integers([1, 2]),
    ])
  return storedAs(
    output.shape,
    output.dtype,
    BLOCKED,
    writer.node('Reshape', [cropped, writer.integers([batch, stored, height, width])])
  )
}
