import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../../../trainer/config/schema.js'
import { likelihoodParameters, pixelVariance, updatePixelVariance } from '../../../trainer/model/pixel-variance.js'
import { reconstruction } from '../../../trainer/objective/reconstruction.js'
import { normal, runEagerly, uniform } from '../../helpers/compare-engines.js'
import { modelVariants } from '../../helpers/model-variants.js'

const [base] = Object.values(modelVariants)
const gaussian = (variance: number | 'calibrated' | 'learned'): ModelConfig => ({
  ...base!,
  likelihood: { kind: 'gaussian', variance },
})

t.test('fixed, calibrated, learned, none', async t => {
  const statistics = { 'pixel-variance': 0.3 }
  const of = async (model: ModelConfig) =>
    (
      await runEagerly(
        () => ({
          variance: tf.clone(
            pixelVariance(model, {
              parameters: () => tf.scalar(Math.log(0.5)),
              statistics: { 'pixel-variance': tf.scalar(statistics['pixel-variance']) },
            })
          ),
        }),
        {}
      )
    ).variance!.values[0]!
  const near = (a: number, b: number) => Math.abs(a - b) < 1e-6
  t.ok(near(await of(gaussian(0.05)), 0.05))
  t.ok(near(await of(gaussian('calibrated')), 0.3))
  t.ok(near(await of(gaussian('learned')), 0.25), 'exp(log σ)²')
  t.equal(await of(base!), 1)
  t.strictSame(likelihoodParameters(gaussian('calibrated')), [])
  t.match(likelihoodParameters(gaussian('learned')), [
    { name: 'likelihood/log-deviation', shape: [], initializer: { value: Math.log(0.06) / 2 } },
  ])
})

t.test('the learned variance rests where it is the mean squared error', async t => {
  const model: ModelConfig = {
    ...gaussian('learned'),
    ...{ subresolution: { factor: 1, interpolation: 'nearest' as const } },
  } as ModelConfig
  const inputs = { logits: normal(1, 3, 4, 4, 1), image: uniform(2, 0, 1, 3, 4, 4, 1) }
  const slopeAt = async (logDeviation: number) => runEagerly(({ logits, image }) => {
    const of = (parameter: tf.Tensor) =>
      reconstruction(
        { kind: 'logits', logits: logits! },
        image!,
        model,
        pixelVariance(model, { parameters: () => parameter, statistics: {} })
      )
    return {
      slope: tf.grad(parameter => of(parameter).negativeLogLikelihood)(tf.scalar(logDeviation)),
      mse: of(tf.scalar(0)).meanSquaredError,
    }
  }, inputs)
  const mse = (await slopeAt(0)).mse!.values[0]!
  t.ok(Math.abs((await slopeAt(Math.log(mse) / 2)).slope!.values[0]!) < 1e-3)
  t.ok((await slopeAt(Math.log(mse) / 2 + 0.1)).slope!.values[0]! > 0.1)
  t.ok((await slopeAt(Math.log(mse) / 2 - 0.1)).slope!.values[0]! < -0.1)
})

t.test('the calibrated variance forgets a hundredth with each batch', async t => {
  const { variance } = await runEagerly(() => ({ variance: updatePixelVariance(tf.scalar(0.3), tf.scalar(0.1)) }), {})
  t.ok(Math.abs(variance!.values[0]! - (0.99 * 0.3 + 0.01 * 0.1)) < 1e-7, String(variance!.values[0]))
})
