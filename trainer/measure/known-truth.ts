/**
 * The measures that need to know what images show: true factors, the scene behind them, or classes. What a data set
 * doesn't know is left out.
 */
import { latentSizeOf, unitFromBytes, type Partition } from '@partition-vae/models'
import { selectFactors, type ImageDataset, type Scene, type Factors as DatasetFactors } from '../data/dataset.js'
import type { InferenceGraphs } from '../engine/engine.js'
import { createRandom } from '../random/index.js'
import {
  batchesOf,
  decodeChecked,
  encodeChecked,
  readImages,
  sampleIndices,
  type EvaluationProgress,
} from './batches.js'
import { DIGIT_MOMENTS, digitMoments, measureClassification, type LabelledMeans } from './classification/index.js'
import {
  counterfactualScore,
  importanceWeightedBound,
  measureDisentanglement,
  measureObjectReconstruction,
  usableFactors,
  type CounterfactualScore,
  type Disentanglement,
  type Factors,
  type ObjectReconstruction,
  type PosteriorBatch,
  type SampleRepresentations,
} from './disentanglement/index.js'
import type { Metrics } from './metrics-schema.js'
import { measureOrLeaveOut, NotMeasurable, type NotMeasured } from './not-measured.js'
import { createPace } from './pace.js'

export interface KnownTruthOptions {
  readonly inference: InferenceGraphs
  readonly test: ImageDataset
  /** Classifiers learn from these. Without them classes are not measured. */
  readonly train?: ImageDataset | undefined
  readonly partitions: readonly Partition[]
  /** As the model was measured with: a calibrated variance is a number here. */
  readonly likelihood: Metrics['likelihood']
  readonly seed: number
  /** The images are handwriting: without other factors, take slant, height, width, ink and thickness. */
  readonly handwriting?: boolean | undefined
  /**
   * Also what takes minutes: FactorVAE scores of the literature's size, the importance weighted bound on more images.
   */
  readonly thorough?: boolean | undefined
  /** Told what is being measured, and how much of it is done. */
  readonly progress?: EvaluationProgress | undefined
  /** Once aborted, measuring stops. */
  readonly signal?: AbortSignal | undefined
}

export type KnownTruth = Pick<
  Metrics,
  'disentanglement' | 'counterfactual' | 'objects' | 'classification' | 'importanceWeighted' | 'notMeasured'
>

const BATCH = 128
/** Images for the probes; the literature takes 10,000. */
const FACTOR_IMAGES = 4096
/** Frames that are drawn and decoded anew for each partition and group. */
const SCENE_IMAGES = 512
const CLASSIFIED_TRAIN = 15_000
const CLASSIFIED_TEST = 2_000

/**
 * Measures a model against what its data set knows. A measure for which the data set lacks the knowledge is absent. One
 * that these images do not allow is null, or covers less, and `notMeasured` says why: nothing here costs a trained run
 * more than the one measure.
 * @throws the signal's reason once it is aborted
 */
export async function measureKnownTruth (options: KnownTruthOptions): Promise<KnownTruth> {
  const { test, train, seed, partitions, progress, signal } = options
  const notMeasured: NotMeasured = {}
  const attempt = <T extends object>(name: string, measure: () => Promise<T>) =>
    measureOrLeaveOut(name, notMeasured, measure, signal)
  let truth: KnownTruth = {}
  if (knowsFactors(options)) {
    truth = {
      ...truth,
      disentanglement: await attempt('disentanglement', () => measureFactors(options, notMeasured)),
    }
  }
  const { scene, factors } = test
  if (scene !== undefined && factors !== undefined) {
    truth = {
      ...truth,
      counterfactual: await attempt('counterfactual', () => measureCounterfactual(options, scene, factors)),
      objects: await attempt('objects', () => measureObjects(options, scene, factors, notMeasured)),
    }
  }
  if (train?.labels !== undefined && test.labels !== undefined) {
    const { labelNames } = test
    truth = {
      ...truth,
      classification: await attempt('classification', async () => {
        const [learnt, judged] = [
          await labelled(options, train, CLASSIFIED_TRAIN),
          await labelled(options, test, CLASSIFIED_TEST),
        ]
        progress?.('classes in partitions', 0, 1, 'parts')
        return await measureClassification({
          train: learnt,
          test: judged,
          partitions,
          seed,
          labelNames,
          pace: createPace(signal),
          onLeftOut: (label, reason) => {
            notMeasured[`classification.classes.${label}`] = reason
          },
        })
      }),
    }
  }
  truth = {
    ...truth,
    importanceWeighted: await attempt('importanceWeighted', () =>
      bound(options, options.thorough === true ? 1024 : 128)
    ),
  }
  return Object.keys(notMeasured).length === 0 ? truth : { ...truth, notMeasured }
}

async function measureFactors (options: KnownTruthOptions, notMeasured: NotMeasured): Promise<Disentanglement> {
  const { test, partitions, seed, thorough = false, progress, signal } = options
  const chosen = sampleIndices(test.count, FACTOR_IMAGES)
  const leaveOut = (what: string, reason: string) => { notMeasured[`disentanglement.${what}`] = reason }
  const { factors, split } = usableFactors(await knownFactors(options, chosen), seed, (name, reason) =>
    leaveOut(`factors.${name}`, reason)
  )
  const { means, logVariances } = await encodeAll(options, test, chosen, 'images with known factors')
  progress?.('factors in partitions', 0, 6, 'parts')
  return await measureDisentanglement({
    means,
    partitions,
    factors,
    seed,
    split,
    ...(test.labels === undefined ? {} : { classes: Uint8Array.from(chosen, index => test.labels![index]!) }),
    posterior: { samples: sampleAll(means, logVariances, seed), logVariances },
    ...(thorough && test.scene !== undefined
      ? { sampleRepresentations: representations(options, test.scene, factors), factorVaeVotes: 10_000 }
      : {}),
    pace: createPace(signal),
    onLeftOut: leaveOut,
    onPart: (done, total) => progress?.('factors in partitions', done, total, 'parts'),
  })
}

/** MNIST's factors are not recorded, but can be read off its strokes. */
export const isHandwriting = ({ source }: { readonly source: string }): boolean => source === 'mnist'

const knowsFactors = ({ test: { factors, shape }, handwriting = false }: KnownTruthOptions) =>
  factors !== undefined || (handwriting && shape.channels === 1)

/** The factors of chosen test images, as the measures take them. */
async function knownFactors ({ test, signal }: KnownTruthOptions, chosen: Uint32Array): Promise<Factors> {
  const { factors, shape } = test
  if (factors !== undefined) {
    return { names: factors.names, groups: indexGroups(factors), values: selectFactors(factors, chosen) }
  }
  const values = new Float32Array(chosen.length * DIGIT_MOMENTS.length)
  const pace = createPace(signal)
  for (const { start, indices } of batchesOf(chosen, BATCH)) {
    await pace()
    values.set(digitMoments(await readImages(test, indices), shape), start * DIGIT_MOMENTS.length)
  }
  return { names: DIGIT_MOMENTS, groups: Object.fromEntries(DIGIT_MOMENTS.map((name, k) => [name, [k]])), values }
}

function indexGroups ({ names, groups }: DatasetFactors): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(groups).map(([group, members]) => [group, members.map(member => names.indexOf(member))])
  )
}

async function encodeAll (
  { inference, partitions, progress }: Pick<KnownTruthOptions, 'inference' | 'partitions' | 'progress'>,
  dataset: ImageDataset,
  chosen: Uint32Array,
  what: string
) {
  const latentSize = latentSizeOf(partitions)
  const means = new Float32Array(chosen.length * latentSize)
  const logVariances = new Float32Array(means.length)
  for (const { start, indices } of batchesOf(chosen, BATCH)) {
    const { mean, logVariance } = await encodeChecked(
      inference,
      await readImages(dataset, indices),
      indices.length,
      latentSize
    )
    means.set(mean, start * latentSize)
    logVariances.set(logVariance, start * latentSize)
    progress?.(what, start + indices.length, chosen.length, 'images')
  }
  return { means, logVariances }
}

function sampleAll (means: Float32Array, logVariances: Float32Array, seed: number): Float32Array {
  const noise = createRandom(seed, 'posterior-samples').fillNormal(new Float32Array(means.length))
  return noise.map((value, i) => means[i]! + Math.exp(logVariances[i]! / 2) * value)
}

async function labelled (options: KnownTruthOptions, dataset: ImageDataset, limit: number): Promise<LabelledMeans> {
  const chosen = sampleIndices(dataset.count, limit)
  const { means } = await encodeAll(options, dataset, chosen, `images with known classes of ${dataset.name}`)
  return { means, labels: Uint8Array.from(chosen, index => dataset.labels![index]!) }
}

/** Assembles the options of the scores that need scenes drawn anew. */
async function sceneOf ({ inference, test, partitions }: KnownTruthOptions, factors: DatasetFactors) {
  const { shape } = test
  const latentSize = latentSizeOf(partitions)
  const chosen = sampleIndices(test.count, SCENE_IMAGES)
  return {
    chosen,
    latentSize,
    decode: async (latent: Float32Array) => await decodeChecked(inference, latent, latent.length / latentSize, shape),
    rows: (indices: Uint32Array) => selectFactors(factors, indices.map(i => chosen[i]!)),
  }
}

/** Each partition swapped against each group of factors swapped. */
async function measureCounterfactual (
  options: KnownTruthOptions,
  scene: Scene,
  factors: DatasetFactors
): Promise<CounterfactualScore> {
  const { test, partitions, seed, progress } = options
  if (test.count < 2) {
    throw new NotMeasurable(`expected at least 2 images to swap factors between but found ${test.count}`)
  }
  const { chosen, decode, rows } = await sceneOf(options, factors)
  const { means } = await encodeAll(options, test, chosen, 'images of known scenes')
  const columns = indexGroups(factors)
  return await counterfactualScore({
    means,
    partitions,
    groups: Object.keys(factors.groups),
    decode,
    renderSwapped (group, indices, donors) {
      progress?.('swapped partitions against swapped factors', indices.at(-1)! + 1, chosen.length, 'images')
      const [swapped, donated] = [rows(indices), rows(donors)]
      for (let row = 0; row < indices.length; row++) {
        const start = row * factors.names.length
        for (const k of columns[group]!) swapped[start + k] = donated[start + k]!
      }
      return unitFromBytes(scene.render(swapped))
    },
    seed,
  })
}

/** Measures how much of each object the reconstructions keep. */
async function measureObjects (
  options: KnownTruthOptions,
  scene: Scene,
  factors: DatasetFactors,
  notMeasured: NotMeasured
): Promise<ObjectReconstruction> {
  const { test, progress } = options
  const { chosen, decode, rows, latentSize } = await sceneOf(options, factors)
  const { means } = await encodeAll(options, test, chosen, 'images of known scenes')
  const objects = await measureObjectReconstruction({
    count: chosen.length,
    channels: test.shape.channels,
    objects: scene.objects.map(({ name }) => name),
    truth: indices =>
      readImages(
        test,
        indices.map(i => chosen[i]!)
      ),
    reconstruct (indices) {
      progress?.('objects', indices.at(-1)! + 1, chosen.length, 'images')
      return decode(means.slice(indices[0]! * latentSize, (indices.at(-1)! + 1) * latentSize))
    },
    without: (object, indices) => unitFromBytes(scene.render(rows(indices), { skip: [object] })),
    mask (object, indices) {
      const mask = scene.masks(rows(indices))[object]
      if (mask === undefined) throw new NotMeasurable(`expected a mask of ${object} but found none`)
      return mask
    },
  })
  const seen = Object.entries(objects).filter(([name, { pixels }]) => {
    if (pixels === 0) notMeasured[`objects.${name}`] = 'expected an image that shows it but found none'
    return pixels > 0
  })
  if (seen.length === 0) throw new NotMeasurable('expected an image that shows an object but found none')
  return Object.fromEntries(seen)
}

/**
 * New scenes that share some factors: every other factor is taken from a random image of its own, as independent
 * factors allow.
 */
function representations (
  { inference, test, partitions, seed }: KnownTruthOptions,
  scene: Scene,
  { names: measured }: Factors
): SampleRepresentations {
  const { names, values } = test.factors!
  // What is held fixed is counted among the factors that are measured.
  const columns = measured.map(name => names.indexOf(name))
  const random = createRandom(seed, 'factor-vae-scenes')
  const draw = () => random.integer(test.count)
  return async (fixed, count) => {
    const shared = draw()
    const rows = new Float32Array(count * names.length)
    for (let i = 0; i < rows.length; i++) {
      const k = i % names.length
      rows[i] = values[(fixed.some(factor => columns[factor] === k) ? shared : draw()) * names.length + k]!
    }
    return (await encodeChecked(inference, unitFromBytes(scene.render(rows)), count, latentSizeOf(partitions))).mean
  }
}

/** K of the importance weighted bound. */
const SAMPLES = 50

async function bound ({ inference, test, partitions, likelihood, seed, progress }: KnownTruthOptions, limit: number) {
  const latentSize = latentSizeOf(partitions)
  const chosen = sampleIndices(test.count, limit)
  let decoded = 0
  async function * batches (): AsyncGenerator<PosteriorBatch> {
    for (const { indices } of batchesOf(chosen, BATCH)) {
      const image = await readImages(test, indices)
      yield { image, ...await encodeChecked(inference, image, indices.length, latentSize) }
    }
  }
  return await importanceWeightedBound({
    batches: batches(),
    latentSize,
    decode (latent) {
      progress?.(
        'the importance weighted bound',
        (decoded += latent.length / latentSize),
        chosen.length * SAMPLES,
        'samples'
      )
      return decodeChecked(inference, latent, latent.length / latentSize, test.shape)
    },
    samples: SAMPLES,
    likelihood:
      likelihood.kind === 'bernoulli' ? { kind: 'bernoulli' } : { kind: 'gaussian', variance: likelihood.variance! },
    seed,
  })
}
