import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { composed, compositeOf, drawingOf, over } from '../../../../trainer/model/layered/composite.js'
import { normal, runEagerly, uniform } from '../../../helpers/compare-engines.js'

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

t.test('parts are mixed by the softmax of their alphas, the background\'s being 0', async t => {
  const background = uniform(1, 0, 1, 2, 3, 2, 4) // [N, H, C, W]
  const logits = [normal(2, 2, 3, 3, 4), normal(3, 2, 3, 3, 4)] // [N, H, C + 1, W]
  const { image } = await runEagerly(({ background, a, b }) => {
    const drawings = [drawingOf(a!, tf.scalar(1)), drawingOf(b!, tf.scalar(1), 0.5)]
    return { image: composed(drawings.reduce(over, compositeOf(background!))) }
  }, { background, a: logits[0]!, b: logits[1]! })
  let at = 0
  for (let row = 0; row < 6; row++) {
    for (let c = 0; c < 2; c++) {
      for (let j = 0; j < 4; j++, at++) {
        const weights = logits.map(({ values }, i) => Math.exp(values[(row * 3 + 2) * 4 + j]! - i * 0.5))
        const mixed = logits.reduce(
          (sum, { values }, i) => sum + weights[i]! * sigmoid(values[(row * 3 + c) * 4 + j]!),
          background.values[at]!
        )
        t.ok(Math.abs(image!.values[at]! - mixed / (1 + weights[0]! + weights[1]!)) < 1e-5)
      }
    }
  }
})

t.test('alphas are bounded above, and what is not active has no weight', async t => {
  const logits = { shape: [1, 1, 2, 2], values: Float32Array.of(0, 0, 3, 1000) }
  const { weight, none } = await runEagerly(
    ({ logits }) => ({
      weight: drawingOf(logits!, tf.scalar(1)).weight,
      none: drawingOf(logits!, tf.scalar(0)).weight,
    }),
    { logits }
  )
  t.ok(Math.abs(weight!.values[0]! / Math.exp(3) - 1) < 1e-5)
  t.ok(Math.abs(weight!.values[1]! / Math.exp(10) - 1) < 1e-5)
  t.strictSame([...none!.values], [0, 0])
})
