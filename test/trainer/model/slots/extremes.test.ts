/** Pictures that a model of slots was not made for: whatever they show, numbers stay finite and gradients small. */
import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '@partition-vae/models'
import { parseRunConfig } from '../../../../trainer/config/resolve.js'
import type { NamedArrays } from '../../../../trainer/foundation/training-state.js'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { initialState } from '../../../../trainer/model/initial-state.js'
import { parametersFrom } from '../../../../trainer/model/parameters.js'
import { normal, runEagerly, type Input } from '../../../helpers/compare-engines.js'

type Paint = (row: number, column: number) => number

interface Extreme {
  readonly shape: ImageShape
  readonly slots: number
  /** Whether things have a scale and an angle. */
  readonly hasPose: boolean
  readonly paint: Paint
}

const square = (top: number, left: number, side: number): Paint =>
  (row, column) => row >= top && row < top + side && column >= left && column < left + side ? 1 : 0.2
const sides = { height: 16, width: 16, channels: 3 }
const extremes: Record<string, Extreme> = {
  'wide pictures': { shape: { ...sides, width: 32 }, slots: 2, hasPose: true, paint: square(3, 22, 5) },
  'tall pictures': { shape: { ...sides, height: 32 }, slots: 2, hasPose: true, paint: square(22, 3, 5) },
  'grey pictures, one slot': { shape: { ...sides, channels: 1 }, slots: 1, hasPose: true, paint: square(3, 3, 5) },
  'sixteen slots, one thing': { shape: sides, slots: 16, hasPose: true, paint: square(3, 3, 5) },
  'black pictures': { shape: sides, slots: 2, hasPose: true, paint: () => 0 },
  'white pictures': { shape: sides, slots: 2, hasPose: false, paint: () => 1 },
  'a thing larger than the extent': { shape: sides, slots: 2, hasPose: true, paint: square(2, 2, 12) },
  'a thing of one pixel': { shape: sides, slots: 2, hasPose: true, paint: square(3, 3, 1) },
  'a thing about as dark as the ground': {
    shape: sides, slots: 2, hasPose: true, paint: (...at) => 0.2 + 0.01 * square(3, 3, 5)(...at),
  },
}

for (const [name, { shape, slots, hasPose, paint }] of Object.entries(extremes)) {
  t.test(name, async t => {
    const { height, width, channels } = shape
    const size = 8 + channels + (hasPose ? 2 : 0)
    const cells = hasPose ? 16 : 8
    const { model } = parseRunConfig({
      name: 'slots',
      data: { source: 'folder', directory: '/pictures', ...shape },
      model: {
        architecture: 'slots',
        partitions: [
          ...Array.from({ length: slots }, (_, k) => ({ name: `thing${k + 1}`, size, kind: 'slot' })),
          { name: 'background', size: channels, kind: 'background' },
        ],
        extent: 8,
        reduction: 2,
        scale: hasPose,
        rotation: hasPose,
        encoder: { glimpse: cells, hidden: 12 },
        decoder: { patch: cells, hidden: 12 },
      },
      objective: {},
      fit: { epochs: 1 },
    })
    const network = createNetwork(model, shape)
    const weights = initialState(network, 5).weights as NamedArrays as Record<string, Input>
    const pixel = (i: number) => paint(Math.floor(i / channels / width), Math.floor(i / channels) % width)
    const x = {
      shape: [1, height, width, channels],
      values: Float32Array.from({ length: height * width * channels }, (_, i) => pixel(i)),
    }
    const names = Object.keys(weights)
    const gradients = await runEagerly(({ x, latentNoise, ...tensors }) => {
      const scheduled = { 'model.price': tf.scalar(30), 'model.faint': tf.scalar(0.02), 'model.corners': tf.scalar(1) }
      const results = tf.grads((...values: tf.Tensor[]) => {
        const parameters = parametersFrom(Object.fromEntries(names.map((name, i) => [name, values[i]!])))
        const { prediction, penalties } =
          network.forward({ image: x!, latentNoise: latentNoise!, parameters, statistics: {}, scheduled })
        const error = prediction.kind === 'image' ? tf.sum(tf.squaredDifference(prediction.image, x!)) : tf.scalar(0)
        return tf.add(error, tf.add(penalties['price']!, penalties['faint']!))
      })(names.map(name => tensors[name]!))
      return Object.fromEntries(names.map((name, i) => [name, results[i]!]))
    }, { ...weights, x, latentNoise: normal(1, 1, slots * size + channels) })
    const largest = Math.max(...Object.values(gradients).flatMap(({ values }) => [...values].map(Math.abs)))
    t.ok(largest < 1e4, `gradients are at most ${largest}`)
    const { mean, logVariance, picture } = await runEagerly(({ x, ...tensors }) => {
      const values = { parameters: parametersFrom(tensors), statistics: {} }
      const { mean, logVariance } = network.encode(x!, values)
      return { mean, logVariance, picture: network.decode(mean, values) }
    }, { ...weights, x })
    for (const { values } of [mean!, logVariance!]) {
      t.ok(values.every(value => Math.abs(value) < 20), 'a posterior as of things')
    }
    t.ok(picture!.values.every(value => value >= 0 && value <= 1), 'a picture')
  })
}
