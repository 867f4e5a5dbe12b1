/**
 * One training step as a pure function: state and batch in, new state and metrics out; and its first part, which gives
 * gradients in place of new weights. The compiled engine traces one of them, the eager engine calls the whole. There is
 * no other definition of training but Adam's loop in trainer/optimizer/kernel.as, which tests hold to the one here.
 */
import * as tf from '@tensorflow/tfjs-core'
// Registers the gradients of all kernels: TensorFlow.js's core bundle for Node comes without any.
import '@tensorflow/tfjs-layers'
import { latentSizeOf, layOutPartitions } from '@partition-vae/models'
import type { ObjectiveConfig } from '../config/schema.js'
import { initialState } from '../model/initial-state.js'
import type { Network } from '../model/network.js'
import { parametersFrom } from '../model/parameters.js'
import { blockMeans } from '../model/upsampling.js'
import { discriminatorParameters } from '../objective/discriminator-total-correlation.js'
import { negativeElbo, type Elbo } from '../objective/elbo.js'
import { keyPointPartitions } from '../objective/key-points.js'
import { factorCount, labelParameters, type LabelHead } from '../objective/labels.js'
import { scheduledNames } from '../objective/scheduled.js'
import { adam } from '../optimizer/adam.js'
import { biasCorrections, type AdamConfig } from '../optimizer/bias-corrections.js'
import { clipByGlobalNorm } from '../optimizer/clip.js'
import { placeGradients } from '../onnx/gradient-layers.js'
import { enterLayerOf, enterPlace, inLayer } from '../onnx/layer.js'
import type { Program, Tensors } from '../onnx/trace.js'
import { cutOut, join, PACKED, UNPACKED, type Packing } from './packing.js'
import type { StepInputs, StepMetrics } from './engine.js'
import type { NamedArray, TrainingState } from '../foundation/training-state.js'

/** Everything that fixes the step's computation. */
export interface StepConfig {
  readonly network: Network
  readonly objective: ObjectiveConfig
  readonly adam: AdamConfig
  /** Given exactly when the objective has labels. */
  readonly labelHeads?: readonly LabelHead[] | undefined
  /** Gradients whose norm over all weights is larger are scaled down to it. Default: not at all. */
  readonly gradientClip?: number | undefined
}

/** Gives the state before the first step: the model's, and what the objective trains beside it. */
export function initialStepState (
  { network, objective, labelHeads }: Pick<StepConfig, 'network' | 'objective' | 'labelHeads'>, seed: number
): TrainingState {
  const { labels, totalCorrelation: { discriminator } = {} } = objective
  return initialState(network, seed, [
    ...labels === undefined || labelHeads === undefined ? [] : labelParameters(labelHeads, labels.hidden),
    ...discriminator === undefined
      ? []
      : discriminatorParameters(layOutPartitions(network.model.partitions), discriminator),
  ])
}

/** Tensors that are kept from step to step are addressed as `<group>/<name>`. */
export const STATE_GROUPS = ['weights', 'firstMoments', 'secondMoments', 'statistics'] as const
export type StateGroup = typeof STATE_GROUPS[number]
export const stateKey = (group: StateGroup, name: string): string => `${group}/${name}`
/** What the gradient of a weight, by its stored name, is addressed as. */
export const gradientKey = (name: string): string => `gradients/${name}`

const SCHEDULED = 'scheduled/'
const TERM = 'term/'

/** Gives the names of weights as they are stored: those that are packed are one. */
const storedNames = (template: TrainingState, { entries }: Packing): string[] => {
  const packed = new Set(entries.map(({ name }) => name))
  return [
    ...Object.keys(template.weights).filter(name => !packed.has(name)), ...packed.size > 0 ? [PACKED] : [],
  ]
}

/**
 * @param packing which weights, and their moments, come and go in one vector
 * @returns the step for a state with the names of `template`. Inputs beside the state: those of `stepFeeds` and of
 * `optimizerFeeds`. Outputs beside the state: scalars `loss`, `reconstruction`, `mse`, `term/<name>`, and `klByUnit`
 * [D].
 */
export function createTrainStep (config: StepConfig, template: TrainingState, packing = UNPACKED): Program {
  const gradientStep = createGradientStep(config, template, packing)
  return inputs => {
    const input = (name: string) => inputs[name]!
    const outputs = gradientStep(inputs)
    const corrections = { first: input('firstCorrection'), second: input('secondCorrection') }
    for (const name of storedNames(template, packing)) {
      enterLayerOf(name)
      const { [gradientKey(name)]: gradient } = outputs
      delete outputs[gradientKey(name)]
      const { weight, firstMoment, secondMoment } = adam(
        config.adam,
        { learningRate: input('learningRate'), corrections },
        input(stateKey('weights', name)),
        gradient!,
        input(stateKey('firstMoments', name)),
        input(stateKey('secondMoments', name))
      )
      outputs[stateKey('weights', name)] = weight
      outputs[stateKey('firstMoments', name)] = firstMoment
      outputs[stateKey('secondMoments', name)] = secondMoment
    }
    return outputs
  }
}

/**
 * @returns the step up to the optimiser: its inputs are the step's without moments and without `optimizerFeeds`, and it
 * gives, in place of weights and moments, gradients [shape of the weight] by `gradientKey`.
 */
export function createGradientStep (
  { network, objective, labelHeads, gradientClip }: StepConfig,
  template: TrainingState,
  packing = UNPACKED
): Program {
  const { model, reduction } = network
  const names = Object.keys(template.weights)
  const scheduled = [...network.scheduledNames, ...scheduledNames(objective)]
  return inputs => {
    const input = (name: string) => inputs[name]!
    const packed =
      packing.entries.length === 0 ? {} : inLayer('packed', () => cutOut(input(stateKey('weights', PACKED)), packing))
    const weights = names.map(name => packed[name] ?? input(stateKey('weights', name)))
    const statistics = Object.fromEntries(
      Object.keys(template.statistics).map(name => [name, input(stateKey('statistics', name))])
    )
    let elbo: Elbo | undefined
    const { grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
      elbo = negativeElbo(
        {
          image: blockMeans(input('image'), reduction),
          latentNoise: input('latentNoise'),
          // Means of blocks have 1/reduction of the deviation.
          imageNoise:
            inputs.imageNoise === undefined ? undefined : tf.mul(blockMeans(inputs.imageNoise, reduction), reduction),
          beta: input('beta'),
          parameters: parametersFrom(Object.fromEntries(names.map((name, i) => [name, values[i]!]))),
          statistics,
          scheduled: Object.fromEntries(scheduled.map(name => [name, input(SCHEDULED + name)])),
          keyPoints: inputs.keyPoints,
          labelled:
            inputs.labelledImage === undefined
              ? undefined
              : { image: blockMeans(inputs.labelledImage, reduction), factors: input('factors') },
          unshared: inputs.unshared,
        },
        network,
        model,
        objective,
        labelHeads
      )
      for (const result of resultsOf(elbo)) tf.keep(result) // else disposed with the tape
      placeGradients()
      return elbo.loss
    })(weights) as { grads: tf.Tensor[]; value: tf.Tensor }
    enterPlace({ layer: '', pass: 'update' })
    const gradients =
      gradientClip === undefined ? grads : inLayer('clip', () => clipByGlobalNorm(grads, gradientClip))
    const { reconstruction, klByUnit, meanSquaredError, terms } = elbo!

    const outputs: Tensors = {
      loss: [reconstruction, tf.mul(input('beta'), tf.sum(klByUnit)), ...Object.values(terms)].reduce((sum, term) =>
        tf.add(sum, term)
      ),
      reconstruction: tf.clone(reconstruction),
      klByUnit: tf.clone(klByUnit),
      mse: tf.clone(meanSquaredError),
    }
    for (const [name, term] of Object.entries(terms)) outputs[TERM + name] = tf.clone(term)
    for (const [name, statistic] of Object.entries(elbo!.statistics)) {
      outputs[stateKey('statistics', name)] = tf.clone(statistic)
    }
    const gradientOf = Object.fromEntries(names.map((name, i) => [name, gradients[i]!]))
    for (const name of storedNames(template, packing)) {
      outputs[gradientKey(name)] = name === PACKED
        ? inLayer('packed', () => join(packing.entries.map(entry => gradientOf[entry.name]!)))
        : gradientOf[name]!
    }
    tf.dispose(resultsOf(elbo!))
    return outputs
  }
}

function resultsOf ({ reconstruction, klByUnit, meanSquaredError, terms, statistics }: Elbo): tf.Tensor[] {
  return [reconstruction, klByUnit, meanSquaredError, ...Object.values(terms), ...Object.values(statistics)]
}

/** Gives the shapes of the inputs that gradients need beside the state. */
export function stepFeedShapes (
  { network, objective, labelHeads = [] }: Pick<StepConfig, 'network' | 'objective' | 'labelHeads'>, batchSize: number
): Record<string, readonly number[]> {
  const { model, image } = network
  const size = [image.height, image.width, image.channels]
  const pixels = [batchSize, ...size]
  const { labels, keyPoints, pairs } = objective
  return {
    image: pixels,
    latentNoise: [batchSize, latentSizeOf(model.partitions)],
    ...(objective.inputNoise > 0 ? { imageNoise: pixels } : {}),
    ...(labels === undefined
      ? {}
      : { labelledImage: [labels.batchSize, ...size], factors: [labels.batchSize, factorCount(labelHeads)] }),
    ...(pairs?.differing === 'known' ? { unshared: [batchSize / 2, model.partitions.length] } : {}),
    ...(keyPoints === undefined ? {} : { keyPoints: [batchSize, keyPointPartitions(keyPoints).length, 3] }),
    beta: [],
    ...Object.fromEntries(
      [...network.scheduledNames, ...scheduledNames(objective)].map(name => [SCHEDULED + name, []])
    ),
  }
}

/** Gives the values of the inputs that gradients need beside the state. */
export function stepFeeds (
  { image, latentNoise, imageNoise, labelled, unshared, keyPoints, beta, scheduled = {} }: StepInputs
): Record<string, Float32Array> {
  return {
    image,
    latentNoise,
    ...imageNoise === undefined ? {} : { imageNoise },
    ...labelled === undefined ? {} : { labelledImage: labelled.image, factors: labelled.factors },
    ...unshared === undefined ? {} : { unshared },
    ...keyPoints === undefined ? {} : { keyPoints },
    beta: Float32Array.of(beta),
    ...Object.fromEntries(Object.entries(scheduled).map(([name, value]) => [SCHEDULED + name, Float32Array.of(value)])),
  }
}

/**
 * Gives the scalars that the optimiser needs.
 * @param step steps taken, this one included: at least 1
 */
export function optimizerFeeds (
  { learningRate }: Pick<StepInputs, 'learningRate'>, adam: AdamConfig, step: number
): Record<keyof typeof OPTIMIZER_FEED_SHAPES, Float32Array> {
  const { first, second } = biasCorrections(adam, step)
  return {
    learningRate: Float32Array.of(learningRate),
    firstCorrection: Float32Array.of(first),
    secondCorrection: Float32Array.of(second),
  }
}

export const OPTIMIZER_FEED_SHAPES = { learningRate: [], firstCorrection: [], secondCorrection: [] } as const

/** Tells which of the step's outputs are metrics, not state. */
export function isMetric (key: string): boolean {
  return key.startsWith(TERM) || ['loss', 'reconstruction', 'klByUnit', 'mse'].includes(key)
}

/** `outputs`: the step's metrics by name. */
export function metricsOf (outputs: Readonly<Record<string, Pick<NamedArray, 'values'>>>): StepMetrics {
  const scalar = (key: string) => outputs[key]!.values[0]!
  const terms = Object.keys(outputs)
    .filter(key => key.startsWith(TERM))
    .map(key => [key.slice(TERM.length), scalar(key)])
  return {
    loss: scalar('loss'),
    reconstruction: scalar('reconstruction'),
    klByUnit: outputs['klByUnit']!.values,
    mse: scalar('mse'),
    ...terms.length > 0 ? { terms: Object.fromEntries(terms) as Record<string, number> } : {},
  }
}
