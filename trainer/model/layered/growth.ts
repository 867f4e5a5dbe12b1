/** Growth: a model trained at a coarse resolution goes on at the full one. */
import type { NamedArray, NamedArrays } from '../../foundation/training-state.js'
import type { LayeredPlan } from './plan.js'

/** A last dimension that unrolls rows × planes × columns. */
interface Canvas { readonly rows: number, readonly planes: number, readonly columns: number }

/**
 * Upsamples, linearly between cell centres, what is drawn: images, their mixtures and sprites' cells. All else is the
 * same at any resolution: key points and positions are in units of the image, and glimpses and attention stay coarse.
 * @param plan of the coarse resolution that the weights are at
 * @param factor how many times as many rows and columns the result has
 */
export function growWeights (weights: NamedArrays, plan: LayeredPlan, factor: number): NamedArrays {
  const canvases = canvasesOf(plan)
  return Object.fromEntries(Object.entries(weights).map(([name, array]) => {
    const canvas = canvases.get(name)
    return [name, canvas === undefined ? array : enlarge(array, canvas, factor)]
  }))
}

/** Lists the coarse canvases that weights unroll, by the weight's name. */
function canvasesOf ({
  background,
  foreground,
  height: rows,
  width: columns,
  channels,
}: LayeredPlan): ReadonlyMap<string, Canvas> {
  const canvases = new Map<string, Canvas>()
  const set = (partition: string, canvas: Canvas, hasImage: boolean) => {
    const decoder = `partition/${partition}/decoder`
    for (const part of ['kernel', 'bias']) canvases.set(`${decoder}/layer2/${part}`, canvas)
    if (hasImage) canvases.set(`${decoder}/image`, canvas)
  }
  set(background.partition.name, { rows: background.height, planes: channels, columns: background.width }, true)
  for (const part of foreground) {
    const size = part.kind === 'sprite' ? part.drawn : { rows, columns }
    set(part.partition.name, { rows: size.rows, columns: size.columns, planes: channels + 1 }, part.kind === 'layer')
  }
  return canvases
}

function enlarge ({ shape, values }: NamedArray, { rows, planes, columns }: Canvas, factor: number): NamedArray {
  const size = rows * planes * columns
  const count = values.length / size
  const result = new Float32Array(values.length * factor * factor)
  const [tall, wide] = [rows * factor, columns * factor]
  const [byRow, byColumn] = [samples(rows, factor), samples(columns, factor)]
  for (let n = 0; n < count; n++) {
    const at = (row: number, plane: number, column: number) =>
      values[n * size + (row * planes + plane) * columns + column]!
    for (let i = 0; i < tall; i++) {
      const y = byRow[i]!
      for (let plane = 0; plane < planes; plane++) {
        for (let j = 0; j < wide; j++) {
          const x = byColumn[j]!
          const top = at(y.low, plane, x.low) * (1 - x.fraction) + at(y.low, plane, x.high) * x.fraction
          const bottom = at(y.high, plane, x.low) * (1 - x.fraction) + at(y.high, plane, x.high) * x.fraction
          result[((n * tall + i) * planes + plane) * wide + j] = top * (1 - y.fraction) + bottom * y.fraction
        }
      }
    }
  }
  const isVector = shape.length === 1
  const enlarged = size * factor * factor
  return {
    shape: isVector ? [enlarged] : shape.length === 3 ? [tall, planes, wide] : [count, enlarged],
    values: result,
  }
}

/** Computes between which two of `size` half-pixel centres, clamped at the edges, each of factor · size lies. */
function samples (size: number, factor: number): Array<{ low: number, high: number, fraction: number }> {
  return Array.from({ length: size * factor }, (_, i) => {
    const position = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), size - 1)
    const low = Math.floor(position)
    return { low, high: Math.min(low + 1, size - 1), fraction: position - low }
  })
}
