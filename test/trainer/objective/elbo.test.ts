import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { initialState } from '../../../trainer/model/initial-state.js'
import { parametersFrom } from '../../../trainer/model/parameters.js'
import { encode } from '../../../trainer/model/joint/encoder.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { negativeElbo } from '../../../trainer/objective/elbo.js'
import { klByUnit } from '../../../trainer/objective/kl.js'
import { reconstruction } from '../../../trainer/objective/reconstruction.js'
import { normal, runEagerly, uniform } from '../../helpers/compare-engines.js'
import { imageShape, modelVariants } from '../../helpers/model-variants.js'

const [model] = Object.values(modelVariants)
const weights = Object.fromEntries(Object.entries(initialState(model!, imageShape, 5).weights))
const image = uniform(1, 0, 1, 4, 12, 16, 1)
const network = createNetwork(model!, imageShape)
const values = (tensors: Record<string, tf.Tensor>) => ({
  parameters: parametersFrom(tensors),
  statistics: {},
  scheduled: {},
})
const inputs = { ...weights, image, latentNoise: normal(2, 4, 6), imageNoise: normal(3, 4, 12, 16, 1) }

t.test('loss = reconstruction + β · KL, averaged per image, so that it does not depend on the batch size', async t => {
  const of = (count: number, beta: number, inputNoise = 0) => runEagerly(tensors => {
    const part = (name: string) => tf.slice(tensors[name]!, 0, count)
    const elbo = negativeElbo(
      {
        image: part('image'),
        latentNoise: part('latentNoise'),
        imageNoise: inputNoise > 0 ? part('imageNoise') : undefined,
        beta: tf.scalar(beta),
        ...values(tensors),
      },
      network,
      model!,
      { beta, betaWarmup: 0, inputNoise, contrastWeight: 0 }
    )
    return { loss: elbo.loss, reconstruction: elbo.reconstruction, kl: elbo.klByUnit }
  }, inputs)
  const whole = await of(4, 0.5)
  t.ok(
    Math.abs(
      whole.loss!.values[0]! - whole.reconstruction!.values[0]! - 0.5 * whole.kl!.values.reduce((a, b) => a + b)
    ) < 1e-4
  )
  t.equal(whole.kl!.values.length, 6)
  const twice = await runEagerly(tensors => {
    const double = (name: string) => tf.concat([tensors[name]!, tensors[name]!], 0)
    const { loss } = negativeElbo(
      { image: double('image'), latentNoise: double('latentNoise'), beta: tf.scalar(0.5), ...values(tensors) },
      network,
      model!,
      { beta: 1, betaWarmup: 0, inputNoise: 0, contrastWeight: 0 }
    )
    return { loss }
  }, inputs)
  t.ok(Math.abs(twice.loss!.values[0]! - whole.loss!.values[0]!) < 1e-3)
  t.ok(
    Math.abs((await of(4, 0.5, 0.2)).loss!.values[0]! - whole.loss!.values[0]!) > 1e-4,
    'input noise reaches the encoder'
  )
})

t.test('input noise is clamped to [0, 1] before the encoder sees it', async t => {
  const { found, expected } = await runEagerly(
    tensors => ({
      found: negativeElbo(
        {
          image: tensors.image!,
          latentNoise: tensors.latentNoise!,
          imageNoise: tensors.imageNoise!,
          beta: tf.scalar(1),
          ...values(tensors),
        },
        network,
        model!,
        { beta: 1, betaWarmup: 0, inputNoise: 3, contrastWeight: 0 }
      ).klByUnit,
      expected: klByUnit(
        encode(
          tf.clipByValue(tf.add(tensors.image!, tf.mul(tensors.imageNoise!, 3)), 0, 1),
          model!,
          parametersFrom(tensors)
        )
      ),
    }),
    inputs
  )
  t.strictSame(found, expected)
})

t.test('what is to be drawn is the image without the noise', async t => {
  const { found, expected } = await runEagerly(tensors => {
    const noisy = tf.clipByValue(tf.add(tensors.image!, tf.mul(tensors.imageNoise!, 0.5)), 0, 1)
    const { prediction } = network.forward({ image: noisy, latentNoise: tensors.latentNoise!, ...values(tensors) })
    return {
      found: negativeElbo(
        {
          image: tensors.image!,
          latentNoise: tensors.latentNoise!,
          imageNoise: tensors.imageNoise!,
          beta: tf.scalar(1),
          ...values(tensors),
        },
        network,
        model!,
        { beta: 1, betaWarmup: 0, inputNoise: 0.5, contrastWeight: 0 }
      ).reconstruction,
      expected: reconstruction(prediction, tensors.image!, model!, tf.scalar(1)).negativeLogLikelihood,
    }
  }, inputs)
  t.strictSame(found, expected)
})
