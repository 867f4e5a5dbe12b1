/** One object an image, as a shape in a style, drawn on a canvas that a pose warps. */
import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '@partition-vae/models'
import { invalid } from '../../config/invalid.js'
import type { PosedModelConfig } from '../../config/posed-schema.js'
import type { Tensors } from '../../onnx/trace.js'
import { inOnePhase, type Network } from '../network.js'
import { sample } from '../posterior.js'
import { decoderBaseSize, encoderOutputSize } from '../sizes.js'
import { decode, decodeLogits } from './decoder.js'
import { encode } from './encoder.js'
import { planPosed, type PosedPlan } from './plan.js'

/** @throws TrainerError PVAE_CONFIG_INVALID for kinds or units that contradict, or sizes that do not fit the image */
export function createPosedNetwork (model: PosedModelConfig, shape: ImageShape): Network {
  const plan = planPosed(model, shape)
  const size = [shape.height, shape.width] as const
  decoderBaseSize(model.decoder, size, 1)
  if (model.style.from === 'blocks' && model.decoder.blocks.length === 0) {
    const expected = 'at least one block for the style to modulate, where model.style.from is blocks,'
    throw invalid('model.decoder.blocks', expected, 'none')
  }
  encoderOutputSize(model.pose.encoder, size, 'model.pose.encoder')
  encoderOutputSize(model.encoder, size, 'model.encoder')
  const openings = Object.entries(plan.openAt).map(([unit, share]) => [openingOf(unit), share] as const)
  const network: Network = {
    ...inOnePhase(model, shape, () => network),
    scheduledNames: openings.map(([name]) => name),
    scheduleAt: (step, totalSteps) =>
      Object.fromEntries(openings.map(([name, share]) => [name, Number(step >= share * totalSteps)])),
    forward ({ image, latentNoise, parameters, scheduled, adjustPosterior = posterior => posterior }) {
      const open = openUnits(plan, scheduled) // [1, P]
      const posterior = adjustPosterior(encode(image, plan, model, parameters, open)) // [N, D]
      const latent = sample(posterior, latentNoise) // [N, D]
      const logits = decodeLogits(latent, plan, model, shape, parameters, open) // [N, H, W, C]
      return { posterior, latent, prediction: { kind: 'logits', logits }, penalties: {}, statistics: {} }
    },
    encode: (image, { parameters }) => encode(image, plan, model, parameters),
    decode: (latent, { parameters }) => decode(latent, plan, model, shape, parameters),
  }
  return network
}

/** The name of the scheduled scalar that says whether a unit of the pose is open, 1, or rests, 0. */
const openingOf = (unit: string) => `model.pose.open.${unit}`

/** Which units of the pose are open, [1, P]; undefined where all are from the first step on. */
function openUnits ({ units, openAt }: PosedPlan, scheduled: Tensors): tf.Tensor | undefined {
  if (Object.keys(openAt).length === 0) return undefined
  return tf.concat(units.map(unit =>
    openAt[unit] === undefined ? tf.ones([1, 1]) : tf.reshape(scheduled[openingOf(unit)]!, [1, 1])), 1)
}
