import t from 'tap'
import sharp from 'sharp'
import { layOutPartitions, pixelCount, unitFromBytes } from '@partition-vae/models'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import { drawFigures } from '../../../trainer/report/figures.js'
import { drawLayers, paintLayers } from '../../../trainer/report/layer-figure.js'
import { serveState } from '../../../trainer/export/served-model.js'
import { initialState } from '../../../trainer/model/initial-state.js'
import { createRandom } from '../../../trainer/random/index.js'
import { layeredModel } from '../../helpers/layered-model.js'

const near = (a: number, b: number) => Math.abs(a - b) < 1e-5

t.test('a layer is its colour in its share of the pixel, lit by the gain, over checks', async t => {
  // One image of 1 × 8 pixels: [N, P, 4, H, W].
  const plane = (...values: number[]) => [...values, ...new Array<number>(8 - values.length).fill(values.at(-1)!)]
  const [ball, wall, light] = [
    [...plane(1), ...plane(0.5), ...plane(0), ...plane(1, 0.25, 0)],
    [...plane(0.8), ...plane(0.8), ...plane(0.8), ...plane(0, 0.75, 1)],
    [...plane(0.5), ...plane(1), ...plane(1.5), ...plane(0)],
  ]
  const shape = { height: 1, width: 8 }
  const [lit, lone] = [
    paintLayers(Float32Array.from([ball, wall, light].flat()), 1, 3, shape),
    paintLayers(Float32Array.from([ball, wall].flat()), 1, 2, shape),
  ]
  const pixels = (image: Float32Array) =>
    Array.from({ length: 8 }, (_, i) => [...image.subarray(3 * i, 3 * i + 3)].map(value => Number(value.toFixed(4))))
  t.strictSame(pixels(lit[0]!).slice(0, 3), [
    [0.5, 0.5, 0],
    [0.25 * 0.5 + 0.75 * 0.15, 0.25 * 0.5 + 0.75 * 0.15, 0.75 * 0.15].map(value => Number(value.toFixed(4))),
    [0.15, 0.15, 0.15],
  ])
  t.strictSame(pixels(lit[0]!)[4], [0.24, 0.24, 0.24], 'the next check')
  t.strictSame(pixels(lit[1]!)[7], [0.4, 0.8, 1], 'no brighter than white')
  t.strictSame(pixels(lit[2]!)[0], [0.4, 0.4, 0.4], 'the only light there is, is the average')
  const dark = light.map((value, i) => i < 24 ? value / 3 : value)
  t.strictSame(
    pixels(paintLayers(Float32Array.from([ball, wall, light, ball, wall, dark].flat()), 2, 3, shape)[2]!)[0],
    [0.6, 0.6, 0.6],
    'a light half as strong again'
  )
  t.strictSame(pixels(lone[0]!)[0], [1, 0.5, 0], 'without a gain')
})

t.test('the layers of a model together are its reconstruction; its report shows them', async t => {
  const model = layeredModel()
  for (const channels of [3, 1] as const) {
    const shape = { height: 12, width: 16, channels }
    const random = createRandom(1, 'layers')
    const images = Uint8Array.from({ length: 5 * pixelCount(shape) }, () => random.integer(256))
    const { inference } = await serveState({ model }, shape, initialState(model, shape, 1), 1)
    t.teardown(() => inference.dispose())
    const partitions = layOutPartitions(model.partitions)
    const { mean } = await inference.encode(unitFromBytes(images))
    const layers = await inference.layers!(mean)
    const painted = paintLayers(layers, 5, 5, shape)
    const decoded = await inference.decode(mean)
    const sums = decoded.map((_, i) => {
      const [n, pixel] = [Math.floor(i / channels / 192), Math.floor(i / channels) % 192]
      const check = [0.15, 0.24][(Math.floor(pixel / 16 / 4) + Math.floor(pixel % 16 / 4)) % 2]!
      return [0, 1, 2, 3].reduce(
        (sum, p) =>
          sum +
          painted[p]![(192 * n + pixel) * 3 + (i % channels)]! -
          (1 - layers[((n * 5 + p) * 4 + 3) * 192 + pixel]!) * check,
        0
      )
    })
    t.ok(decoded.every((value, i) => near(value, sums[i]!)), `${channels} channels`)

    const source = {
      inference,
      dataset: createMemoryDataset({ name: 'noise', shape, images }),
      card: {
        latentSize: mean.length / 5,
        partitions,
        latentStatistics: {
          mean: new Array<number>(10).fill(0),
          standardDeviation: new Array<number>(10).fill(1),
          principalDirections: partitions.map(({ size }) => ({
            vector: [1, ...new Array<number>(size - 1).fill(0)],
            standardDeviation: 1,
          })),
        },
      },
    }
    const figure = await drawLayers(source)
    t.match(figure, { name: 'layers', title: 'Layers' })
    t.equal((await sharp(figure!.png).metadata()).height, figure!.height)
    t.strictSame((await drawFigures(source)).figures.map(({ name }) => name).slice(0, 3), [
      'reconstructions',
      'layers',
      'partition-swap',
    ])
    const { layers: _, ...joint } = inference
    t.equal(await drawLayers({ ...source, inference: joint }), undefined, 'of a model that has none there is no figure')
  }
})
