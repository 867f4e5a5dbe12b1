import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { contrastWeights } from '../../../trainer/objective/contrast-weights.js'
import { reconstruction } from '../../../trainer/objective/reconstruction.js'
import { runEagerly, uniform } from '../../helpers/compare-engines.js'
import { layeredModel } from '../../helpers/layered-model.js'

const image = uniform(1, 0, 1, 2, 14, 13, 3)
const at = (n: number, i: number, j: number, c: number) => image.values[((n * 14 + i) * 13 + j) * 3 + c]!

/** The definition, pixel by pixel: [N, H, W]. */
function plainWeights (k: number): number[] {
  const contrast: number[] = []
  for (let n = 0; n < 2; n++) {
    for (let i = 0; i < 14; i++) {
      for (let j = 0; j < 13; j++) {
        let difference = 0
        for (let c = 0; c < 3; c++) {
          let [sum, count] = [0, 0]
          for (let y = Math.max(0, i - 5); y <= Math.min(13, i + 5); y++) {
            for (let x = Math.max(0, j - 5); x <= Math.min(12, j + 5); x++) {
              sum += at(n, y, x, c)
              count++
            }
          }
          difference += Math.abs(at(n, i, j, c) - sum / count) / 3
        }
        contrast.push(difference)
      }
    }
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const average = mean(contrast) + 1e-4
  const weights = contrast.map(value => 1 + k * value / average)
  const normal = mean(weights)
  return weights.map(weight => weight / normal)
}

t.test('weights are 1 on average, and larger where a pixel differs from the 11 × 11 around it', async t => {
  const { weights } = await runEagerly(({ image }) => ({ weights: contrastWeights(image!, 6) }), { image })
  t.strictSame(weights!.shape, [2, 14, 13, 1])
  const wanted = plainWeights(6)
  t.ok(weights!.values.every((value, i) => Math.abs(value - wanted[i]!) < 1e-4))
  const { blank } = await runEagerly(() => ({ blank: contrastWeights(tf.fill([1, 12, 12, 1], 0.5), 6) }), {})
  t.ok(blank!.values.every(value => Math.abs(value - 1) < 1e-3), 'a blank image counts everywhere alike')
})

t.test('they weigh the likelihood of images, not the reported error', async t => {
  const predicted = uniform(2, 0, 1, 2, 14, 13, 3)
  const model = layeredModel()
  const result = await runEagerly(({ image, predicted }) => {
    const of = (weight?: number) =>
      reconstruction({ kind: 'image', image: predicted! }, image!, model, tf.scalar(0.01), weight)
    return {
      weighted: of(6).negativeLogLikelihood,
      plain: of().negativeLogLikelihood,
      error: of(6).meanSquaredError,
      plainError: of().meanSquaredError,
    }
  }, { image, predicted })
  const weights = plainWeights(6)
  const squares = predicted.values.map((value, i) => (value - image.values[i]!) ** 2)
  const sum = squares.reduce((sum, square, i) => sum + square * weights[Math.floor(i / 3)]!, 0)
  const wanted = (sum / 0.02 + squares.length / 2 * Math.log(2 * Math.PI * 0.01)) / 2
  t.ok(Math.abs(result.weighted!.values[0]! / wanted - 1) < 1e-4)
  t.not(result.weighted!.values[0], result.plain!.values[0])
  t.equal(result.error!.values[0], result.plainError!.values[0])
})
