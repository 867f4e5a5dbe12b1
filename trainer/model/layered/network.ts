/**
 * The layered architecture: each partition owns what it draws, a sprite, a layer, the background or the frame's gain,
 * and what they draw is composited. The encoder explains the image part by part, each from what is left (as in MONet,
 * Burgess et al. 2019, arXiv 1901.11390, and SPACE, Lin et al. 2020, arXiv 2001.02407); sprites are placed as in
 * spatial transformers (Jaderberg et al. 2015).
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '@partition-vae/models'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import type { Network, Phase } from '../network.js'
import { decodeLayers, decodeParts } from './decode.js'
import { encodeParts } from './encode.js'
import { growWeights } from './growth.js'
import { planLayers } from './plan.js'
import { prepareStage } from './stages.js'
import { initialStatistics } from './statistics.js'

/** The scheduled scalar that says whether the attention is trained by what becomes of its key points. */
const ATTENTION_LEARNING = 'model.attention.learning'

/**
 * Builds the network.
 * @param reduction it works on block means, at 1/reduction of the image's size: 1 or the config's coarse factor
 * @throws TrainerError PVAE_CONFIG_INVALID for a config that contradicts itself or does not fit the image
 */
export function createLayeredNetwork (model: LayeredModelConfig, shape: ImageShape, reduction = 1): Network {
  const plan = planLayers(model, shape, reduction)
  const initial = initialStatistics(plan)
  const { attention: { frozenUntil } } = model
  const { background: { own: backgroundWeight }, attention: { height, width } } = plan
  const attentionLogits = (learned: readonly tf.Tensor[]) => Object.fromEntries(
    plan.sprites.map(({ partition: { name }, map }) => [name, tf.mul(learned[map]!, model.attention.learned)]))
  const cameraMap = (logits: tf.Tensor) => {
    const { partition, views: { counts: [rows, columns] }, reach } = plan.camera!
    return {
      partition: partition.name, logits, rows, columns, reach: [reach[0] / plan.height, reach[1] / plan.width] as const,
    }
  }
  const network: Network = {
    model,
    image: shape,
    reduction,
    phases: phasesOf(model),
    milestones: [
      ...plan.foreground.map(({ index, activeFrom }) => (
        { field: `model.partitions[${index}].activeFrom`, step: activeFrom })),
      ...model.coarse === undefined ? [] : [{ field: 'model.coarse.steps', step: model.coarse.steps }],
    ],
    at: other => other === reduction ? network : createLayeredNetwork(model, shape, other),
    enlarge: weights => reduction === 1 ? weights : growWeights(weights, plan, reduction),
    initialStatistics: initial,
    scheduledNames: frozenUntil > 0 ? [ATTENTION_LEARNING] : [],
    scheduleAt: (step, totalSteps): Record<string, number> =>
      frozenUntil > 0 ? { [ATTENTION_LEARNING]: Number(step >= frozenUntil * totalSteps) } : {},
    prepareStep: step => prepareStage(step, plan, model),
    forward ({ image, latentNoise, parameters, statistics, scheduled }) {
      const x = planar(image) // [N, H, C, W]
      const encoding = encodeParts(x, plan, model, { parameters, statistics }, {
        noise: latentNoise, training: true, learning: scheduled[ATTENTION_LEARNING],
      })
      const kept = Object.keys(initial).map(name => [name, encoding.statistics[name] ?? tf.clone(statistics[name]!)])
      // Averaged over images, summed over pixels.
      const backgroundError = () =>
        tf.mul(tf.sum(tf.abs(tf.sub(encoding.background, x))), backgroundWeight! / image.shape[0]!) // []
      return {
        posterior: encoding.posterior,
        latent: encoding.latent,
        prediction: { kind: 'image', image: planar(encoding.image) },
        penalties: backgroundWeight === undefined ? {} : { background: backgroundError() },
        ...encoding.attention.length === 0
          ? {}
          : { attention: { logits: attentionLogits(encoding.attention), height, width } },
        ...encoding.camera === undefined ? {} : { camera: cameraMap(encoding.camera) },
        statistics: Object.fromEntries(kept) as Record<string, tf.Tensor>,
      }
    },
    encode: (image, values) => encodeParts(planar(image), plan, model, values, { training: false }).posterior,
    decode: (latent, values) => tf.clipByValue(planar(decodeParts(latent, plan, model, values)), 0, 1),
    layers: (latent, values) => decodeLayers(latent, plan, model, values),
  }
  return network
}

function phasesOf ({ coarse }: LayeredModelConfig): readonly Phase[] {
  if (coarse === undefined) return [{ from: 0, reduction: 1 }]
  return [{ from: 0, reduction: coarse.factor }, { from: coarse.steps, reduction: 1 }]
}

/**
 * [N, H, W, C] ⇄ [N, H, C, W]: with rows outermost and columns innermost, both can be multiplied by matrices as they
 * lie.
 */
function planar (image: tf.Tensor): tf.Tensor {
  return tf.transpose(image, [0, 1, 3, 2])
}
