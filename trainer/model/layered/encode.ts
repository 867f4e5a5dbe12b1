/**
 * The sequential residual encoder: background and gain first, then each part explains what those before it left over.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import { inLayer } from '../../onnx/layer.js'
import type { Tensors } from '../../onnx/trace.js'
import type { NetworkValues } from '../network.js'
import { joinPosteriors } from '../heads.js'
import { scope, type Parameters } from '../parameters.js'
import { resting, sample, type Posterior } from '../posterior.js'
import { applySeparably, poolingMatrix } from '../separable.js'
import { stopGradient } from '../stop-gradient.js'
import { attend, learnedLogits, occupied, salience, type Occupant } from './attention.js'
import { cameraLogits, cameraShift, encodeCamera, viewCanvas } from './camera.js'
import { drawChanges, encodeChanges, isChanging } from './changing-background.js'
import { composed, compositeOf, over, type Composite } from './composite.js'
import { drawBackground, drawLayer, drawStill, encodeFullFrame, gainOf, pool, standardized } from './full-frame.js'
import { cutGlimpse } from './glimpse.js'
import type { LayeredPlan, Placed } from './plan.js'
import { drawSprite, encodeSprite, positionUnits } from './sprite.js'
import {
  observeKeyPoints,
  observeResidual,
  spriteStatistics,
  statisticName,
  type SpriteStatistics,
} from './statistics.js'

export interface Encoding {
  readonly posterior: Posterior
  /** [N, D]: the sample, or the mean where there is no noise */
  readonly latent: tf.Tensor
  /** [N, H, C, W]: what the latent decodes to */
  readonly image: tf.Tensor
  /** [N, H, C, W] in [0, 1]: what lies behind all other parts */
  readonly background: tf.Tensor
  /** Logits of the attention's network, each [N, h·w], by sprite; none where the config has no such network */
  readonly attention: readonly tf.Tensor[]
  /** Logits of where the camera is, [N, views]. */
  readonly camera: tf.Tensor | undefined
  /** The running statistics that this batch changes. */
  readonly statistics: Tensors
}

export interface EncodeOptions {
  /** [N, D] standard normal; without it a part is drawn from its mean. */
  readonly noise?: tf.Tensor
  /** Whether running statistics take this batch in before they are used. */
  readonly training: boolean
  /** scalar: 0 while the attention is not to be trained by what becomes of its key points, else 1. Default 1. */
  readonly learning?: tf.Tensor | undefined
}

export const partScope = (parameters: Parameters, { partition: { name } }: Placed): Parameters =>
  scope(parameters, `partition/${name}`)

/** @param x [N, H, C, W] in [0, 1] */
export function encodeParts (
  x: tf.Tensor,
  plan: LayeredPlan,
  config: LayeredModelConfig,
  { parameters, statistics }: NetworkValues,
  { noise, training, learning }: EncodeOptions
): Encoding {
  const batch = x.shape[0]!
  const posteriors: Posterior[] = []
  const latents: tf.Tensor[] = []
  const take = ({ index, partition: { offset, size } }: Placed, posterior: Posterior): tf.Tensor => {
    posteriors[index] = posterior
    latents[index] =
      noise === undefined ? posterior.mean : sample(posterior, tf.slice(noise, [0, offset], [batch, size]))
    return latents[index] // [N, size]
  }
  const updates: Tensors = {}

  const { background, gain, camera } = plan
  const pooled = standardized(pool(x, config)) // [N, F]
  const [encoderOf, decoderOf] = (['encoder', 'decoder'] as const).map(name =>
    (part: Placed) => scope(partScope(parameters, part), name)) as [ScopeOf, ScopeOf]
  const findFactor = () => gain === undefined
    ? undefined
    : gainOf(take(gain, encodeFullFrame(pooled, gain, [64], plan, config, encoderOf(gain))), plan, decoderOf(gain))
  const unlit = (factor: tf.Tensor | undefined) => factor === undefined
    ? x
    : inLayer('residual', () => tf.div(x, stopGradient(factor)))
  let canvas: tf.Tensor // [N, H', C, W']: larger than the image where a camera moves
  let factor: tf.Tensor | undefined // [N, 1, C, 1]
  let even: tf.Tensor // [N, H, C, W]: the image as if under unit gain
  if (background.still === true) {
    const latent = take(background, resting(pooled, background.partition.size))
    canvas = drawStill(latent, background, plan, decoderOf(background))
    factor = findFactor()
    even = unlit(factor)
  } else if (isChanging(background)) {
    factor = findFactor()
    even = unlit(factor)
    const posterior = encodeChanges(even, pooled, background, plan, config, encoderOf(background))
    canvas = drawChanges(take(background, posterior), background, plan, decoderOf(background))
  } else {
    const posterior = encodeFullFrame(pooled, background, [64, 64], plan, config, encoderOf(background))
    canvas = drawBackground(take(background, posterior), background, plan, decoderOf(background))
    factor = findFactor()
    even = unlit(factor)
  }
  let [cameraMap, shift]: [tf.Tensor | undefined, tf.Tensor | undefined] = [undefined, undefined]
  if (camera !== undefined) {
    const cameraScope = scope(partScope(parameters, camera), 'encoder')
    cameraMap = cameraLogits(even, camera, cameraScope) // [N, views]
    shift = cameraShift(take(camera, encodeCamera(cameraMap, camera, plan, config, cameraScope)), camera) // [N, 2]
  }
  // What is behind tells where the camera is, not what moves before it.
  const fixedShift = shift && stopGradient(shift) // [N, 2]
  const behind = shift === undefined ? canvas : viewCanvas(canvas, shift, plan) // [N, H, C, W]
  let composite = compositeOf(background.own === undefined ? behind : stopGradient(behind))
  const learned =
    plan.sprites.length === 0 || config.attention.learned === 0
      ? []
      : learnedLogits(toAttention(x, plan), plan, scope(parameters, 'attention')) // each [N, h·w]

  const occupants: Occupant[] = []
  for (const part of plan.foreground) {
    // [N, H, C, W], without gradient
    const left = inLayer('residual', () => tf.sub(even, composed(withoutGradient(composite))))
    const foregroundScope = partScope(parameters, part)
    if (part.kind === 'layer') {
      const active = statistics[statisticName(part.partition.name, 'active')]!
      const features = tf.concat([standardized(pool(even, config)), tf.mul(pool(left, config), 4)], 1) // [N, 2F]
      const latent = take(
        part,
        gated(encodeFullFrame(features, part, [64, 64], plan, config, scope(foregroundScope, 'encoder')), active)
      )
      composite = over(composite, drawLayer(latent, part, plan, scope(foregroundScope, 'decoder'), active))
      continue
    }
    const known = spriteStatistics(statistics, part.partition.name)
    // [N, h, w]
    const residual = inLayer('residual', () => tf.squeeze(toAttention(tf.sum(tf.square(left), 2, true), plan), [2]))
    const usual = training ? observeResidual(known, residual) : known.residual // [h, w]
    const keyPoint = attend(
      {
        salience: inLayer('salience', () =>
          salience(training ? unclaimed(residual, known, occupants, plan, config) : residual, usual, part, config)
        ),
        learned: learned[part.map],
        prior: known.prior,
        learning,
      },
      part,
      plan,
      config,
      scope(foregroundScope, 'attention')
    ) // [N, 2]
    const fixed = stopGradient(keyPoint)
    occupants.push({ keyPoint: fixed, extent: part.extent, active: known.active })
    if (training) {
      updates[statisticName(part.partition.name, 'residual')] = usual
      Object.assign(updates, observeKeyPoints(known, part.partition.name, fixed, config.attention.outliers))
    }
    const glimpse = inLayer('glimpse', () => {
      const seen = tf.concat([tf.sub(even, 0.5), left], 2) // [N, H, 2C, W]
      return cutGlimpse(seen, tf.mul(fixed, plan.attention.factor), part.glimpse) // [N, rows·2C·columns]
    })
    // [N, 2]: where it is in the scene, whatever the camera shows of it
    const place = fixedShift === undefined ? keyPoint : tf.sub(keyPoint, tf.div(fixedShift, plan.attention.factor))
    const units = positionUnits(place, plan.attention.height, plan.attention.width) // [N, 2]
    const latent = take(
      part,
      gated(encodeSprite(glimpse, units, part, plan, config, scope(foregroundScope, 'encoder')), known.active)
    )
    const decoder = scope(foregroundScope, 'decoder')
    composite = over(composite, drawSprite(latent, part, plan, config, decoder, known.active, fixedShift))
  }

  const image = composed(composite) // [N, H, C, W]
  return {
    posterior: joinPosteriors(posteriors), // [N, D]
    latent: inLayer('posterior', () => tf.concat(latents, 1)), // [N, D]
    image: factor === undefined ? image : tf.mul(image, factor),
    background: factor === undefined ? behind : tf.mul(behind, factor),
    attention: learned,
    camera: cameraMap,
    statistics: updates,
  }
}

type ScopeOf = (part: Placed) => Parameters

/** While a sprite is looked for and not drawn yet, the residual [N, h, w] without what lies where others are. */
function unclaimed (
  residual: tf.Tensor,
  { observed, active }: SpriteStatistics,
  occupants: readonly Occupant[],
  plan: LayeredPlan,
  { attention: { exclusion } }: LayeredModelConfig
): tf.Tensor {
  const taken = exclusion === 0 ? undefined : occupied(occupants, exclusion, plan) // [N, h, w]
  if (taken === undefined) return residual
  const searching = tf.mul(observed, tf.sub(1, active)) // []
  return tf.mul(residual, tf.sub(1, tf.mul(taken, searching)))
}

/** A part that does not take part yet has the prior for its posterior: no KL, no gradient. */
function gated ({ mean, logVariance }: Posterior, active: tf.Tensor): Posterior {
  return { mean: tf.mul(mean, active), logVariance: tf.mul(logVariance, active) }
}

function withoutGradient ({ weighted, weight }: Composite): Composite {
  return { weighted: stopGradient(weighted), weight: stopGradient(weight) }
}

/** Block means: [N, H, K, W] → [N, h, K, w]. */
function toAttention (x: tf.Tensor, { height, width, attention }: LayeredPlan): tf.Tensor {
  return attention.factor === 1
    ? x
    : inLayer('pooling', () =>
      applySeparably(x, poolingMatrix(height, attention.height), poolingMatrix(width, attention.width))
    )
}
