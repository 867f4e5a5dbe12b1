import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { initialState } from '../../../../trainer/model/initial-state.js'
import { packImage } from '../../../../trainer/model/layered/still-image.js'
import { parametersFrom } from '../../../../trainer/model/parameters.js'
import { layeredModel } from '../../../helpers/layered-model.js'
import { largestDifference, runEagerly, type Input } from '../../../helpers/compare-engines.js'

const [HEIGHT, WIDTH, ROWS, COLUMNS] = [12, 16, 2, 3]
const image = { height: HEIGHT, width: WIDTH, channels: 3 }

/** The wall behind, 8 bit: smooth, so that fractions of a pixel can be told. */
const wallAt = (row: number, column: number, c: number) =>
  Math.round(125 + 50 * Math.sin(0.9 * row + 0.4 * column + c) + 45 * Math.sin(0.8 * column - 0.5 * row))
const wide = { height: HEIGHT + 2 * ROWS, width: WIDTH + 2 * COLUMNS }
const canvas = Uint8Array.from({ length: wide.height * wide.width * 3 }, (_, i) =>
  wallAt(Math.floor(i / 3 / wide.width) - ROWS, Math.floor(i / 3) % wide.width - COLUMNS, i % 3))

const modelOf = (reachRows = ROWS, wall: object = { image: packImage(canvas) }) => layeredModel({
  model: {
    partitions: [
      { name: 'wall', kind: 'background', size: 1, rank: 2, ...wall },
      { name: 'ball', kind: 'sprite', size: 2, rows: 4, columns: 4, activeFrom: 9 },
      { name: 'camera', kind: 'camera', size: 2, reachRows, reachColumns: COLUMNS },
    ],
  },
})

/** Frames that show the wall moved by shifts, with something else over a part of it. */
function frames (shifts: ReadonlyArray<readonly [number, number]>): Input {
  const size = HEIGHT * WIDTH * 3
  return {
    shape: [shifts.length, HEIGHT, WIDTH, 3],
    values: Float32Array.from({ length: shifts.length * size }, (_, i) => {
      const [n, row] = [Math.floor(i / size), Math.floor(i % size / 3 / WIDTH)]
      const column = Math.floor(i / 3) % WIDTH
      const [down, right] = shifts[n]!
      return row > 7 && column < 5 ? Number(i % 3 === 0) : wallAt(row - down, column - right, i % 3) / 255
    }),
  }
}

const shifts = [[0, 0], [1, -2], [-1.5, 1.5], [1.5, 2.5]] as const
const state = initialState(createNetwork(modelOf(), image), 5)
const inputs: Record<string, Input> = {
  x: frames(shifts),
  ...Object.fromEntries(Object.entries(state.weights).map(([name, array]) => [`w/${name}`, array])),
  ...Object.fromEntries(Object.entries(state.statistics).map(([name, array]) => [`s/${name}`, array])),
}

/** Encodes, and draws the means and their layers. */
function program (tensors: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  const only = (prefix: string) => Object.fromEntries(Object.entries(tensors)
    .filter(([name]) => name.startsWith(prefix)).map(([name, tensor]) => [name.slice(2), tensor]))
  const values = { parameters: parametersFrom(only('w/')), statistics: only('s/') }
  const network = createNetwork(modelOf(), image)
  const { mean, logVariance } = network.encode(tensors['x']!, values)
  return {
    mean, logVariance, drawn: network.decode(mean, values), layers: network.layers!(mean, values),
  }
}

t.test('the camera is read from the image and moves what is behind, before any training', async t => {
  const { mean, drawn } = await runEagerly(program, inputs)
  shifts.forEach(([down, right], n) => {
    const [rows, columns] = [3, 4].map(unit => mean!.values[n * 5 + unit]! / 1.7)
    t.ok(Math.abs(rows! * ROWS - down) < 0.35, `rows: ${(rows! * ROWS).toFixed(2)} of ${down}`)
    t.ok(Math.abs(columns! * COLUMNS - right) < 0.35, `columns: ${(columns! * COLUMNS).toFixed(2)} of ${right}`)
  })
  const size = HEIGHT * WIDTH * 3
  const errors = Array.from({ length: 8 * WIDTH * 3 }, (_, i) =>
    Math.abs(drawn!.values[size + i]! - inputs['x']!.values[size + i]!)).sort((a, b) => a - b)
  t.ok(errors[errors.length >> 1]! < 0.05, `drawn where it is seen: ${errors[errors.length >> 1]!.toFixed(3)}`)
})

t.test('encoder, decoder and layers are the same in ONNX Runtime', async t => {
  const difference = await largestDifference(program, inputs)
  t.ok(difference < 1e-4, `within ${difference}`)
})

t.test('a camera asks for a wide image, and for whole pixels', t => {
  t.throws(() => createNetwork(modelOf(ROWS, {}), image), { message: /a background with an image/ })
  t.throws(() => createNetwork(modelOf(ROWS + 1), image), { message: /18×22×3 image/ })
  t.throws(
    () => createNetwork({ ...modelOf(), coarse: { factor: 2, steps: 5 } }, image),
    { message: /a multiple of model.coarse.factor \(2\) for model.partitions\[2\].reachColumns but received 3/ }
  )
  t.end()
})
