/** Draws what moves in the images and is drawn by nobody. */
import { latentSizeOf, pixelCount, rampColour } from '@partition-vae/models'
import { encodeChecked, readImages, sampleIndices } from '../measure/batches.js'
import { behindOf, drawLayersOf, rolesOf, type Roles } from '../measure/things/layers.js'
import { mapUnexplained, type UnexplainedMaps } from '../measure/things/unexplained.js'
import { inColour } from './layer-figure.js'
import type { Figure, FigureSource } from './figure.js'
import { drawGrid } from './tiles.js'

/** Images that are looked at, and those that are shown. */
const IMAGES = 128
const SHOWN = 5

/**
 * Columns are all images together, and the images with most of what nobody explains; below each, where something moves,
 * and what of that is drawn by nobody. Undefined for a model that does not draw its partitions apart, and where nothing
 * moves.
 */
export async function drawUnexplained (source: FigureSource): Promise<Figure | undefined> {
  const { inference, dataset, card: { partitions }, kinds } = source
  const roles = kinds === undefined ? undefined : rolesOf(partitions, kinds)
  if (roles === undefined || inference.layers === undefined) return undefined
  const { shape } = dataset
  const options = { inference, dataset, partitions, roles }
  const indices = sampleIndices(dataset.count, IMAGES)
  const all = await mapUnexplained({ ...options, indices })
  if (!all.energy.some(value => value > 0)) return undefined
  const worst = Uint32Array.from(
    Array.from(indices.keys())
      .sort((a, b) => all.outsideByImage[b]! - all.outsideByImage[a]!)
      .slice(0, SHOWN)
      .sort((a, b) => a - b),
    i => indices[i]!
  )
  const single: UnexplainedMaps[] = []
  for (const index of worst) {
    single.push(await mapUnexplained({ ...options, indices: Uint32Array.of(index), usual: all.usual }))
  }
  const colour = { ...shape, channels: 3 }
  const tiles = [
    await drawBehind(source, roles, worst),
    inColour(await readImages(dataset, worst), shape),
    ...[all, ...single].map(({ energy }) => paintMap(energy, energy)),
    ...[all, ...single].map(({ energy, outside }) => paintMap(outside, energy)),
  ]
  const grid = new Float32Array(3 * (1 + worst.length) * pixelCount(colour))
  let at = 0
  for (const tile of tiles) {
    grid.set(tile, at)
    at += tile.length
  }
  return {
    name: 'unexplained',
    title: 'What nobody explains',
    caption:
      'First column: the background, and below it all images together. Other columns: the images with most of what ' +
      'nobody explains. Below each, where something is that is not usually there (darker: more), and what of that is ' +
      'neither reconstructed nor near to what any partition draws: a thing there is in no partition.',
    ...(await drawGrid(grid, colour, { columns: 1 + worst.length, rowLabels: ['input', 'moves', 'nobody'] })),
  }
}

/** The background of the first of some images: [H, W, 3]. */
async function drawBehind (
  { inference, dataset, card: { partitions } }: FigureSource,
  roles: Roles,
  indices: Uint32Array
): Promise<Float32Array> {
  const images = await readImages(dataset, indices.subarray(0, 1))
  const { mean } = await encodeChecked(inference, images, 1, latentSizeOf(partitions))
  return inColour(behindOf(await drawLayersOf(inference, mean, roles, dataset.shape), 0), dataset.shape)
}

/** A map on the scale of another, by its square root, so that what is faint shows. → [H, W, 3] */
function paintMap (map: Float64Array, scale: Float64Array): Float32Array {
  const most = scale.reduce((largest, value) => Math.max(largest, value), 0) || 1
  return Float32Array.from(Array.from(map, value => rampColour(Math.sqrt(value / most))).flat(), value => value / 255)
}
