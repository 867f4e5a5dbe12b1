import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import type { JointModelConfig } from '../../../trainer/config/schema.js'
import { imageFromLogits } from '../../../trainer/model/joint/decoder.js'
import { reconstruction } from '../../../trainer/objective/reconstruction.js'
import { normal, runEagerly, uniform } from '../../helpers/compare-engines.js'
import { modelVariants } from '../../helpers/model-variants.js'

const [base] = Object.values(modelVariants)
const config = (
  likelihood: JointModelConfig['likelihood'],
  factor: number,
  interpolation: 'nearest' | 'bilinear'
): JointModelConfig => ({ ...base!, likelihood, subresolution: { factor, interpolation } })
const bernoulli = { kind: 'bernoulli' } as const
const gaussian = { kind: 'gaussian', variance: 0.3 } as const
const VARIANCE = 0.3

/** By definition, pixel by pixel at full resolution, in double precision. */
function reference (
  probabilities: Float32Array,
  image: Float32Array,
  batch: number,
  likelihood: JointModelConfig['likelihood']
) {
  let total = 0
  let squared = 0
  image.forEach((x, i) => {
    const y = probabilities[i]!
    squared += (x - y) ** 2
    total -=
      likelihood.kind === 'bernoulli'
        ? x * Math.log(y) + (1 - x) * Math.log(1 - y)
        : -((x - y) ** 2) / (2 * VARIANCE) - Math.log(2 * Math.PI * VARIANCE) / 2
  })
  return { negativeLogLikelihood: total / batch, meanSquaredError: squared / image.length }
}

for (const likelihood of [bernoulli, gaussian]) {
  for (const [factor, interpolation] of [[1, 'nearest'], [2, 'nearest'], [4, 'nearest'], [2, 'bilinear']] as const) {
    t.test(
      `${likelihood.kind}, f = ${factor}, ${interpolation}: what is computed is the likelihood of every ` +
        'full-resolution pixel, in nats per image',
      async t => {
        const model = config(likelihood, factor, interpolation)
        const image = uniform(1, 0, 1, 3, 8, 12, 2)
        const logits = normal(2, 3, 8 / factor, 12 / factor, 2)
        const found = await runEagerly(
          ({ logits, image }) => {
            const { negativeLogLikelihood, meanSquaredError } = reconstruction(
              { kind: 'logits', logits: logits! },
              image!,
              model,
              tf.scalar(VARIANCE)
            )
            return { negativeLogLikelihood, meanSquaredError, probabilities: imageFromLogits(logits!, model) }
          },
          { logits, image }
        )
        const expected = reference(found.probabilities!.values, image.values, 3, likelihood)
        for (const [name, value] of Object.entries(expected)) {
          t.ok(Math.abs(found[name]!.values[0]! - value) < 1e-5 * Math.max(1, value), name, {
            found: found[name]!.values[0],
            value,
          })
        }
      }
    )
  }

  t.test(
    `${likelihood.kind}: with nearest upsampling, training on block means has the gradient of the full-resolution loss`,
    async t => {
      // Bilinear interpolation's path computes at full resolution; nearest upsampling by hand through it is the
      // reference.
      const image = uniform(3, 0, 1, 4, 6, 6, 1)
      const logits = normal(4, 4, 3, 3, 1)
      const blocks = config(likelihood, 2, 'nearest')
      const full = config(likelihood, 1, 'nearest')
      const repeat = (x: tf.Tensor) =>
        tf.reshape(tf.tile(tf.reshape(x, [4, 3, 1, 3 * 1]), [1, 1, 2, 1]), [4, 6, 3, 1])
      const { a, b } = await runEagerly(
        ({ logits, image }) => ({
          a: tf.grad(
            l =>
              reconstruction({ kind: 'logits', logits: l }, image!, blocks, tf.scalar(VARIANCE)).negativeLogLikelihood
          )(logits!),
          b: tf.grad(l => {
            const rows = repeat(l) // [4, 6, 3, 1]
            const columns = tf.reshape(tf.tile(rows, [1, 1, 1, 2]), [4, 6, 6, 1]) // [4, 6, 6, 1]
            return reconstruction({ kind: 'logits', logits: columns }, image!, full, tf.scalar(VARIANCE))
              .negativeLogLikelihood
          })(logits!),
        }),
        { logits, image }
      )
      t.ok(a!.values.every((value, i) => Math.abs(value - b!.values[i]!) < 1e-5))
    }
  )
}

t.test('a mean that is given as an image: the Gaussian likelihood of every pixel, in nats per image', async t => {
  const image = uniform(5, 0, 1, 3, 4, 4, 2)
  const mean = uniform(6, -0.2, 1.3, 3, 4, 4, 2)
  const found = await runEagerly(
    ({ mean, image }) => ({
      ...reconstruction({ kind: 'image', image: mean! }, image!, config(gaussian, 1, 'nearest'), tf.scalar(VARIANCE)),
    }),
    { mean, image }
  )
  const expected = reference(mean.values, image.values, 3, gaussian)
  for (const [name, value] of Object.entries(expected)) {
    t.ok(Math.abs(found[name]!.values[0]! - value) < 1e-5 * Math.max(1, value), name, {
      found: found[name]!.values[0],
      value,
    })
  }
})
