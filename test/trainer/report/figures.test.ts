import t from 'tap'
import sharp from 'sharp'
import {
  colourInfluence,
  composeGrid,
  defaultZoom,
  layOutInfluence,
  layOutPartitions,
  pixelCount,
  rampColour,
  type ImageShape,
} from '@partition-vae/models'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import { drawFigures, drawReconstructions, drawSwapSheet, drawTraversal } from '../../../trainer/report/figures.js'
import type { Figure, TraversalSource } from '../../../trainer/report/figure.js'
import { drawInfluence, measureInfluence } from '../../../trainer/report/influence-figure.js'
import { drawGrid } from '../../../trainer/report/tiles.js'
import { createRandom } from '../../../trainer/random/index.js'
import { createLinearInference } from '../measure/linear-model.js'

/** Every pixel is a unit of its own, in two partitions: left half and right half of a row. */
function pixelModel (shape: ImageShape, count: number): TraversalSource & { images: Uint8Array } {
  const size = pixelCount(shape)
  const identity = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => i === j ? 1 : 0))
  const random = createRandom(3, 'pixels')
  const images = Uint8Array.from({ length: count * size }, () => 60 + random.integer(120))
  const partitions = layOutPartitions([{ name: 'left', size: size / 2 }, { name: 'right', size: size / 2 }])
  return {
    images,
    inference: createLinearInference({
      shape,
      encoder: identity,
      decoder: identity,
      logVariance: new Array<number>(size).fill(0),
      centre: new Array<number>(size).fill(0),
    }),
    dataset: createMemoryDataset({ name: 'pixels', shape, images }),
    card: {
      latentSize: size,
      partitions,
      latentStatistics: {
        mean: new Array<number>(size).fill(0),
        standardDeviation: Array.from({ length: size }, (_, i) => (i + 1) / 100),
        principalDirections: partitions.map(({ size }) => ({
          vector: [1, ...new Array<number>(size - 1).fill(0)],
          standardDeviation: 0.05,
        })),
      },
    },
  }
}

/** The pixels of a figure and where its tiles are: rows and columns from the lower right corner, where no label is. */
async function readTiles ({ png, width, height }: Figure, shape: ImageShape, rows: number, columns: number) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  t.same([info.width, info.height], [width, height])
  const zoom = defaultZoom(shape)
  const at = (row: number, column: number) => {
    const y = height - (rows - row) * (shape.height * zoom + 2) + 2
    const x = width - (columns - column) * (shape.width * zoom + 2) + 2
    return Array.from({ length: pixelCount(shape) }, (_, i) => {
      const pixel = Math.floor(i / shape.channels)
      const [py, px] = [y + Math.floor(pixel / shape.width) * zoom, x + pixel % shape.width * zoom]
      return data[(py * width + px) * info.channels + i % shape.channels]!
    })
  }
  return { at }
}

const shape = { height: 7, width: 8, channels: 1 }
const half = (bytes: readonly number[], side: 'left' | 'right') =>
  side === 'left' ? bytes.slice(0, 28) : bytes.slice(28)

t.test('reconstructions: inputs above what is decoded from them', async t => {
  const source = pixelModel(shape, 20)
  const figure = await drawReconstructions(source)
  const { at } = await readTiles(figure, shape, 2, 15)
  t.equal((await sharp(figure.png).metadata()).channels, 1, 'grey images give grey figures')
  const originals = Array.from({ length: 20 }, (_, i) => [...source.images.subarray(i * 56, (i + 1) * 56)].join())
  for (const column of [0, 7, 14]) {
    t.ok(originals.includes(at(0, column).join()), 'an input')
    t.same(at(1, column), at(0, column), 'the identity reconstructs it')
  }
})

t.test('partition swap: each row takes one partition from the image above', async t => {
  const source = pixelModel(shape, 30)
  const { at } = await readTiles(await drawSwapSheet(source), shape, 3, 10)
  for (const column of [0, 4, 9]) {
    t.same(half(at(1, column), 'left'), half(at(0, column), 'left'))
    t.same(half(at(1, column), 'right'), half(at(0, 0), 'right'))
    t.same(half(at(2, column), 'left'), half(at(0, 0), 'left'))
    t.same(half(at(2, column), 'right'), half(at(0, column), 'right'))
  }
  t.same((await drawSwapSheet(pixelModel(shape, 2))).name, 'partition-swap', 'two images are enough')
})

t.test('traversals move around the chosen image', async t => {
  const source = pixelModel(shape, 4)
  const original = [...source.images.subarray(2 * 56, 3 * 56)]
  // 56 units, the later the more they vary: the last 24 are shown.
  const unit = await readTiles(await drawTraversal(source, 'unit', 2), shape, 24, 11)
  t.same(unit.at(0, 5), original, 'the middle column is the image')
  const moved = unit.at(0, 3)
  t.same(moved.toSpliced(32, 1), original.toSpliced(32, 1), 'only unit 32 differs')
  t.ok(Math.abs(moved[32]! - (original[32]! - 255 * 0.33)) <= 1, 'by −1 standard deviation')

  const scale = await readTiles(await drawTraversal(source, 'scale', 2), shape, 2, 9)
  t.same(scale.at(0, 6), original, 'factor 1')
  t.same(half(scale.at(0, 4), 'left'), new Array(28).fill(0), 'factor 0')
  t.same(half(scale.at(0, 4), 'right'), half(original, 'right'))

  const joint = await readTiles(await drawTraversal(source, 'joint', 2), shape, 2, 11)
  t.ok(Math.abs(joint.at(1, 0)[28]! - (original[28]! - 255 * 2.5 * 0.05)) <= 1)
  t.same(joint.at(1, 0).toSpliced(28, 1), original.toSpliced(28, 1))
})

t.test('influence of a linear decoder: mean |step| · deviation · |weight|', async t => {
  for (const channels of [1, 3]) {
    const small = { height: 1, width: 4, channels }
    const source = pixelModel(small, 3)
    const { mean } = await source.inference.encode(new Float32Array(2 * pixelCount(small)).fill(0.5))
    const maps = await measureInfluence(source, mean)
    // Steps −2.5, −1.25 … 2.5: their mean absolute value is 1.5.
    const units = pixelCount(small) / 2
    const expected = (pixel: number) => {
      const deviations = Array.from({ length: channels }, (_, c) => (pixel * channels + c + 1) / 100)
      return 1.5 * deviations.reduce((a, b) => a + b) / channels / units
    }
    const [left, right] = maps
    t.ok([0, 1].every(pixel => Math.abs(left!.change[pixel]! - expected(pixel)) < 1e-6), 'acts on its own pixels')
    t.ok([2, 3].every(pixel => Math.abs(right!.change[pixel]! - expected(pixel)) < 1e-6))
    t.ok(left!.change[2]! < 1e-7, 'and on no others')
    t.ok(right!.change[0]! < 1e-7, 'and on no others')
  }
})

t.test('influence maps share a scale; many stand below each other', async t => {
  const small = { height: 8, width: 8, channels: 1 }
  const maps = [0, 0.1, 0.4].map((value, i) => ({ partition: `p${i}`, change: new Float32Array(64).fill(value) }))
  const called = (names: string) => ({ partitions: layOutPartitions([...names].map(name => ({ name, size: 1 }))) })
  const { png, largest, width, height } = await drawInfluence(maps, small, called('abc'))
  t.ok(Math.abs(largest - 0.4) < 1e-6)
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  const colour = (x: number) => [...data.subarray(((height - 4) * width + x) * info.channels).subarray(0, 3)]
  t.same(colour(4), rampColour(0))
  t.same(colour(width - 4), rampColour(1))
  t.same(colour(64 + 8 + 4), rampColour(0.25))
  const served = composeGrid(
    colourInfluence(maps, 'common'),
    { ...small, channels: 3 },
    { ...layOutInfluence(called('abc'), { labels: true }), zoom: 8 }
  )
  t.equal(Buffer.compare(data, served.bytes), 0, 'as the service draws these maps at this zoom')
  t.equal((await drawInfluence(maps.slice(0, 1), small, called('a'))).largest, 0, 'no influence at all')
  const many = await drawInfluence(Array.from({ length: 9 }, () => maps[1]!), small, called('abcdefghi'))
  t.ok(many.height > many.width)
})

t.test('all figures of large colour images are small files with whole tiles', async t => {
  const large = { height: 90, width: 160, channels: 3 }
  const random = createRandom(1, 'frames')
  const frames = Uint8Array.from({ length: 12 * pixelCount(large) }, (_, i) => (i % 480 >> 1) ^ random.integer(64))
  // Three units: brightness of each colour channel.
  const size = pixelCount(large)
  const partitions = layOutPartitions([{ name: 'warm', size: 2 }, { name: 'cold', size: 1 }])
  const source: TraversalSource = {
    inference: createLinearInference({
      shape: large,
      encoder: [0, 1, 2].map(c => Array.from({ length: size }, (_, i) => i % 3 === c ? 3 / size : 0)),
      decoder: Array.from({ length: size }, (_, i) => [0, 1, 2].map(c => i % 3 === c ? 1 : 0)),
      logVariance: [0, 0, 0],
      centre: new Array<number>(size).fill(0),
    }),
    dataset: createMemoryDataset({ name: 'frames', shape: large, images: frames }),
    card: {
      latentSize: 3,
      partitions: [{ ...partitions[0]!, label: 'Sonne <&>' }, partitions[1]!],
      latentStatistics: {
        mean: [0.5, 0.5, 0.5],
        standardDeviation: [0.1, 0.1, 0.1],
        principalDirections: [{ vector: [0.6, 0.8], standardDeviation: 0.1 }, { vector: [1], standardDeviation: 0.1 }],
      },
    },
  }
  const { figures, notDrawn } = await drawFigures(source)
  t.strictSame(notDrawn, {})
  t.same(
    figures.map(({ name }) => name),
    ['reconstructions', 'partition-swap', 'traversal-unit', 'traversal-scale', 'traversal-joint', 'influence']
  )
  for (const { name, png, width, height } of figures) {
    t.ok(png.length < 100_000, `${name}: ${png.length} bytes`)
    const { width: w, height: h } = await sharp(png).metadata()
    t.same([w, h], [width, height])
    t.ok(width < 1500)
  }
  // Shrinking keeps averages: a flat frame stays flat, at its own colour.
  const flat = {
    ...source,
    dataset: createMemoryDataset({
      name: 'flat',
      shape: large,
      images: new Uint8Array(4 * size).map((_, i) => [200, 100, 50][i % 3]!),
    }),
  }
  const { png, width, height } = await drawReconstructions(flat)
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const [x, y] = [width - 20, height - 20]
  t.same([...data.subarray((y * width + x) * info.channels).subarray(0, 3)], [200, 100, 50])
})

t.test('a figure that would be large gets smaller tiles', async t => {
  const noise = (shape: ImageShape, tiles: number) => {
    const random = createRandom(2, 'noise')
    return Float32Array.from({ length: tiles * pixelCount(shape) }, () => random.uniform())
  }
  const frame = { height: 60, width: 100, channels: 3 }
  const frames = await drawGrid(noise(frame, 16), frame, { columns: 4 })
  t.ok(frames.png.length <= 100_000, `${frames.png.length} bytes`)
  t.ok(frames.width < 4 * 102, 'shrunk')
  // Nothing of an image of 28 × 28 can be spared: the file is larger.
  const digit = { height: 28, width: 28, channels: 1 }
  const digits = await drawGrid(noise(digit, 150), digit, { columns: 15, zoom: 1 })
  t.equal(digits.width, 15 * 30 - 2)
  t.ok(digits.png.length > 100_000)
})

t.test('no image', async t => {
  const source = {
    ...pixelModel(shape, 1),
    dataset: createMemoryDataset({ name: 'empty', shape, images: new Uint8Array(0) }),
  }
  await t.rejects(drawFigures(source), {
    code: 'PVAE_DATA_EMPTY',
    message: 'expected at least 1 image to draw figures of but found none',
  })
})

t.test('a figure that can\'t be drawn is left out with the reason', async t => {
  const source = pixelModel(shape, 3)
  const broken = {
    ...source,
    inference: {
      ...source.inference,
      decode: async (latent: Float32Array) =>
        latent.length / pixelCount(shape) > 8 ? latent.map(() => NaN) : source.inference.decode(latent),
    },
  }
  const { figures, notDrawn } = await drawFigures(broken)
  t.ok(figures.some(({ name }) => name === 'reconstructions'))
  t.match(notDrawn, { 'figures.traversal-unit': /finite values for decoded image but received NaN/ })
})
