import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import type { SlotsModelConfig } from '../../../../trainer/config/slots-schema.js'
import type { SlotsPlan } from '../../../../trainer/model/slots/plan.js'
import {
  middleOf, sceneOf, sumUnder, windowAt, windowOnPixels,
} from '../../../../trainer/model/slots/scene.js'
import { runEagerly, uniform } from '../../../helpers/compare-engines.js'

// What is looked at has half the resolution: pixels are two wide.
const [HEIGHT, WIDTH, REDUCTION, EXTENT] = [5, 7, 2, 6]
const plan = { coarse: [HEIGHT, WIDTH] } as unknown as SlotsPlan
const config = { reduction: REDUCTION, extent: EXTENT } as SlotsModelConfig
const places = [[3.2, 9.1], [6, 2.5]] as const
const inputs = {
  own: uniform(1, 0, 1, places.length, HEIGHT * WIDTH),
  place: { shape: [places.length, 2], values: Float32Array.from(places.flat()) },
}
const lookingAt = <T>(compute: (tensors: Record<string, tf.Tensor>, scene: ReturnType<typeof sceneOf>) => T) =>
  (tensors: Record<string, tf.Tensor>) => compute(tensors, sceneOf(tf.zeros([2, 3, HEIGHT * WIDTH]), plan, config))

const pixels = Array.from({ length: HEIGHT * WIDTH }, (_, i) =>
  [(Math.floor(i / WIDTH) + 0.5) * REDUCTION, (i % WIDTH + 0.5) * REDUCTION] as const)
const weightOf = ([row, column]: readonly number[], [y, x]: readonly number[], deviation: number) =>
  Math.exp(-((row! - y!) ** 2 + (column! - x!) ** 2) / (2 * deviation ** 2))

t.test('a window is a Gaussian around a place, and sums under it are weighted', async t => {
  const { weights, sums } = await runEagerly(lookingAt(({ own, place }, scene) => {
    const window = windowAt(place!, 3, scene)
    return { weights: windowOnPixels(window), sums: sumUnder(window, own!) }
  }), inputs)
  places.forEach((place, m) => {
    let sum = 0
    pixels.forEach((pixel, p) => {
      const expected = weightOf(place, pixel, 3)
      sum += expected * inputs.own.values[m * pixels.length + p]!
      t.ok(Math.abs(weights!.values[m * pixels.length + p]! - expected) < 1e-6, `pixel ${p} of ${m}`)
    })
    t.ok(Math.abs(sums!.values[m]! - sum) < 1e-4, `sum ${sums!.values[m]}, expected ${sum}`)
  })
})

t.test('no weight is a denormal number, however narrow a window is', async t => {
  const { weights } = await runEagerly(
    lookingAt(({ place }, scene) => ({ weights: windowOnPixels(windowAt(place!, 0.2, scene)) })), inputs)
  t.ok(weights!.values.every(weight => weight > 1e-37))
  t.ok(weights!.values.filter(weight => weight > 1e-3).length <= 4, 'and only the nearest pixels count')
})

t.test('the middle is the weighted mean of places, step after step', async t => {
  const shares = [1 / 3, 1 / 2]
  const { middle } = await runEagerly(
    lookingAt(({ own, place }, scene) => ({ middle: middleOf(own!, place!, shares, scene) })), inputs)
  places.forEach((place, m) => {
    const expected = shares.reduce<readonly number[]>((at, share) => {
      const weights = pixels.map((pixel, p) =>
        weightOf(at, pixel, share * EXTENT) * inputs.own.values[m * pixels.length + p]!)
      const total = weights.reduce((a, b) => a + b)
      return [0, 1].map(axis => weights.reduce((sum, weight, p) => sum + weight * pixels[p]![axis]!, 0) / total)
    }, place)
    expected.forEach((value, axis) => {
      const found = middle!.values[2 * m + axis]!
      t.ok(Math.abs(found - value) < 1e-4, `axis ${axis} of ${m}: ${found}, expected ${value}`)
    })
  })
})

t.test('what is nothing has its middle in that of the image', async t => {
  const { middle } = await runEagerly(lookingAt(({ own, place }, scene) =>
    ({ middle: middleOf(tf.mul(own!, 0), place!, [1 / 2], scene) })), inputs)
  t.ok(Math.abs(middle!.values[0]! - HEIGHT * REDUCTION / 2) < 1e-4)
  t.ok(Math.abs(middle!.values[1]! - WIDTH * REDUCTION / 2) < 1e-4)
})
