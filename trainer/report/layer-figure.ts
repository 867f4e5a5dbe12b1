/** Draws what each partition of a layered model draws, apart from the others. */
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { sampleIndices } from '../measure/batches.js'
import { encodeImages, labelsOf, type Figure, type FigureSource } from './figure.js'
import { columnsFor, decodeAll, drawGrid } from './tiles.js'

/**
 * Side of the checks that one sees where a layer is transparent, in pixels. They are dark: what is drawn is mostly
 * lighter.
 */
const CHECK = 4
const DARK = [0.15, 0.24] as const
/** A gain is shown as what it makes of a wall that is this grey in the average light. */
const GREY = 0.4

/**
 * Columns are images: the input, its reconstruction, and each partition's layer, in its share of each pixel and in the
 * light that the gain gives. Undefined for a model that does not draw its partitions apart.
 */
export async function drawLayers (source: FigureSource): Promise<Figure | undefined> {
  const { inference, dataset, card } = source
  if (inference.layers === undefined) return undefined
  const { shape, count } = dataset
  const indices = sampleIndices(count, Math.min(count, 10, columnsFor(shape)))
  const columns = indices.length
  const { images, mean } = await encodeImages(source, indices)
  const colour = { ...shape, channels: 3 }
  const tiles = [
    inColour(images, shape),
    inColour(await decodeAll(inference, mean, card.latentSize, shape), shape),
    ...paintLayers(await inference.layers(mean), columns, card.partitions.length, shape),
  ]
  const grid = new Float32Array(tiles.length * columns * pixelCount(colour))
  tiles.forEach((row, i) => grid.set(row, i * columns * pixelCount(colour)))
  return {
    name: 'layers',
    title: 'Layers',
    caption:
      'Top rows: inputs and reconstructions. Below, what each partition draws of it, checked where it leaves the ' +
      'pixel to others; a partition that is ' +
      'the light is shown as a wall that is grey in the average light. The layers together are the reconstruction.',
    ...(await drawGrid(grid, colour, { columns, rowLabels: ['input', 'output', ...labelsOf(card)] })),
  }
}

/**
 * `layers` [N, P, 4, H, W] → for each partition [N, H, W, 3]. A partition without any share is a gain: its colours
 * multiply those of the others.
 */
export function paintLayers (
  layers: Float32Array,
  count: number,
  partitions: number,
  { height, width }: Pick<ImageShape, 'height' | 'width'>
): Float32Array[] {
  const plane = height * width
  const at = (n: number, p: number, channel: number) => ((n * partitions + p) * 4 + channel) * plane
  const isGain = (p: number) =>
    Array.from({ length: count }, (_, n) => layers.subarray(at(n, p, 3), at(n, p, 4))).every(alpha =>
      alpha.every(share => share === 0)
    )
  const gain = Array.from({ length: partitions }, (_, p) => p).find(isGain)
  const averageLight = [0, 1, 2].map(channel =>
    gain === undefined
      ? 1
      : Array.from({ length: count }, (_, n) => layers[at(n, gain, channel)]!).reduce(
        (sum, light) => sum + light / count,
        0
      )
  )
  return Array.from({ length: partitions }, (_, p) => {
    const painted = new Float32Array(count * plane * 3)
    for (let i = 0; i < painted.length; i++) {
      const [n, pixel, channel] = [Math.floor(i / (3 * plane)), Math.floor(i / 3) % plane, i % 3]
      const light = gain === undefined ? 1 : layers[at(n, gain, channel) + pixel]!
      const share = layers[at(n, p, 3) + pixel]!
      const dark = DARK[(Math.floor(pixel / width / CHECK) + Math.floor((pixel % width) / CHECK)) % 2]!
      painted[i] = Math.min(
        1,
        p === gain
          ? (GREY * light) / averageLight[channel]!
          : share * light * layers[at(n, p, channel) + pixel]! + (1 - share) * dark
      )
    }
    return painted
  })
}

/** Gives grey images three channels. → [N, H, W, 3] */
export function inColour (images: Float32Array, { channels }: ImageShape): Float32Array {
  return channels === 3
    ? images
    : Float32Array.from({ length: 3 * images.length }, (_, i) => images[Math.floor(i / 3)]!)
}
