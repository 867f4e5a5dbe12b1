import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { composite, coversOf } from '../../../../trainer/model/slots/composite.js'
import { normal, runEagerly, uniform } from '../../../helpers/compare-engines.js'

const [THINGS, CHANNELS, PIXELS] = [3, 2, 5]
const inputs = {
  alphas: uniform(1, 0, 1, THINGS, PIXELS),
  colours: uniform(2, 0, 1, THINGS, CHANNELS),
  depths: normal(3, THINGS, 1),
  background: uniform(4, 0, 1, 1, CHANNELS),
}
const thingsOf = ({ alphas, colours, depths }: Record<string, tf.Tensor>, order: readonly number[]) => order.map(i => ({
  alpha: tf.slice(alphas!, [i, 0], [1, -1]),
  colour: tf.slice(colours!, [i, 0], [1, -1]),
  depth: tf.slice(depths!, [i, 0], [1, -1]),
}))
const compose = (order: readonly number[], members = order.map((_, i) => i)) => runEagerly(tensors => {
  const things = thingsOf(tensors, order)
  const empty = tf.ones([1, PIXELS])
  const { image, shares, behind } = composite(things, coversOf(things), members, tensors.background!, empty)
  return { image, behind, ...shares && { shares } }
}, inputs)

t.test('each thing covers those behind it, softly; what none covers is background', async t => {
  const { image, shares, behind } = await compose([0, 1, 2])
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  const [alpha, depth] = [
    (i: number, p: number) => inputs.alphas.values[i * PIXELS + p]!, (i: number) => inputs.depths.values[i]!]
  for (let p = 0; p < PIXELS; p++) {
    const ground = [0, 1, 2].reduce((product, i) => product * (1 - alpha(i, p)), 1)
    const weights = [0, 1, 2].map(j => [0, 1, 2].reduce(
      (weight, i) => i === j ? weight : weight * (1 - alpha(i, p) * sigmoid(4 * (depth(i) - depth(j)))), alpha(j, p)))
    const total = weights.reduce((a, b) => a + b)
    weights.forEach((weight, j) => {
      t.ok(Math.abs(shares!.values[j * PIXELS + p]! - weight / total * (1 - ground)) < 1e-5, `share of ${j} at ${p}`)
    })
    t.ok(Math.abs(behind!.values[p]! - ground) < 1e-6, `background's share at ${p}`)
    for (let c = 0; c < CHANNELS; c++) {
      const mixed = weights.reduce(
        (sum, weight, j) => sum + weight / total * (1 - ground) * inputs.colours.values[j * CHANNELS + c]!,
        ground * inputs.background.values[c]!)
      t.ok(Math.abs(image!.values[c * PIXELS + p]! - mixed) < 1e-5, `channel ${c} at ${p}`)
    }
  }
})

t.test('the picture is the same in whatever order the things come', async t => {
  const [one, other] = [await compose([0, 1, 2]), await compose([2, 0, 1])]
  one.image!.values.forEach((value, i) => t.ok(Math.abs(value - other.image!.values[i]!) < 1e-6, `element ${i}`))
})

t.test('left out, a thing neither shows nor covers', async t => {
  const [without, never] = [await compose([0, 1, 2], [0, 2]), await compose([0, 2])]
  without.image!.values.forEach((value, i) => t.ok(Math.abs(value - never.image!.values[i]!) < 1e-6, `element ${i}`))
})

t.test('without things there is background', async t => {
  const { image, behind, shares } = await compose([0, 1, 2], [])
  t.equal(shares, undefined)
  t.ok(behind!.values.every(value => value === 1))
  image!.values.forEach((value, i) => {
    t.equal(value, inputs.background.values[Math.floor(i / PIXELS)], `element ${i}`)
  })
})
