/** The measures that need to know what images show: true factors, the scene behind them, or classes. What a data set doesn't know is left out. */
import { latentSizeOf, unitFromBytes, type Partition } from '@partition-vae/models'
import { selectFactors, type ImageDataset, type Scene, type Factors as DatasetFactors } from '../data/dataset.js'
import type { InferenceGraphs } from '../engine/engine.js'
import { createRandom } from '../random/index.js'
import { batchesOf, decodeChecked, encodeChecked, readImages, sampleIndices } from './batches.js'
import { DIGIT_MOMENTS, digitMoments, measureClassification, type LabelledMeans } from './classification/index.js'
import {
  counterfactualScore, importanceWeightedBound, measureDisentanglement, measureObjectReconstruction, type Factors, type PosteriorBatch, type SampleRepresentations,
} from './disentanglement/index.js'
import type { Metrics } from './metrics-schema.js'

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
  /** Also what takes minutes: FactorVAE scores of the literature's size, the importance weighted bound on more images. */
  readonly thorough?: boolean | undefined
  /** Told what is being measured; may throw to stop. */
  readonly onStage?: ((what: string) => void) | undefined
}

export type KnownTruth = Pick<Metrics, 'disentanglement' | 'counterfactual' | 'objects' | 'classification' | 'importanceWeighted'>

const BATCH = 128
/** Images for the probes; the literature takes 10,000. */
const FACTOR_IMAGES = 4096
/** Frames that are drawn and decoded anew for each partition and group. */
const SCENE_IMAGES = 512
const CLASSIFIED_TRAIN = 15_000
const CLASSIFIED_TEST = 2_000

/** @throws TrainerError PVAE_INVALID_PARAMETER for factors or classes that do not vary */
export async function measureKnownTruth (options: KnownTruthOptions): Promise<KnownTruth> {
  const { inference, test, train, partitions, seed, thorough = false, onStage } = options
  const { scene } = test
  const chosen = sampleIndices(test.count, FACTOR_IMAGES)
  const factors = await knownFactors(options, chosen)
  const encoded = factors === undefined && test.labels === undefined ? undefined : await encodeAll(options, test, chosen)

  let truth: KnownTruth = {}
  if (factors !== undefined) {
    onStage?.('measuring factors in partitions')
    const { means, logVariances } = encoded!
    const disentanglement = await measureDisentanglement({
      means,
      partitions,
      factors,
      seed,
      ...test.labels === undefined ? {} : { classes: Uint8Array.from(chosen, index => test.labels![index]!) },
      posterior: { samples: sampleAll(means, logVariances, seed), logVariances },
      ...thorough && scene !== undefined ? { sampleRepresentations: representations(options, scene), factorVaeVotes: 10_000 } : {},
    })
    truth = { ...truth, disentanglement }
  }
  if (scene !== undefined) truth = { ...truth, ...await measureScene(options, scene, test.factors!) }
  if (train?.labels !== undefined && test.labels !== undefined) {
    onStage?.('measuring classes in partitions')
    const [learnt, judged] = [await labelled(options, train, CLASSIFIED_TRAIN), await labelled(options, test, CLASSIFIED_TEST)]
    truth = { ...truth, classification: measureClassification({ train: learnt, test: judged, partitions, seed }) }
  }
  onStage?.('measuring the importance weighted bound')
  return { ...truth, importanceWeighted: await bound(options, inference, thorough ? 1024 : 128) }
}

/** MNIST's factors are not recorded, but can be read off its strokes. */
export const isHandwriting = ({ source }: { readonly source: string }): boolean => source === 'mnist'

/** The factors of chosen test images, as the measures take them. */
async function knownFactors ({ test, handwriting = false }: KnownTruthOptions, chosen: Uint32Array): Promise<Factors | undefined> {
  const { factors, shape } = test
  if (factors !== undefined) return { names: factors.names, groups: indexGroups(factors), values: selectFactors(factors, chosen) }
  if (!handwriting || shape.channels !== 1) return undefined
  const values = new Float32Array(chosen.length * DIGIT_MOMENTS.length)
  for (const { start, indices } of batchesOf(chosen, BATCH)) values.set(digitMoments(await readImages(test, indices), shape), start * DIGIT_MOMENTS.length)
  return { names: DIGIT_MOMENTS, groups: Object.fromEntries(DIGIT_MOMENTS.map((name, k) => [name, [k]])), values }
}

function indexGroups ({ names, groups }: DatasetFactors): Record<string, number[]> {
  return Object.fromEntries(Object.entries(groups).map(([group, members]) => [group, members.map(member => names.indexOf(member))]))
}

async function encodeAll ({ inference, partitions }: Pick<KnownTruthOptions, 'inference' | 'partitions'>, dataset: ImageDataset, chosen: Uint32Array) {
  const latentSize = latentSizeOf(partitions)
  const means = new Float32Array(chosen.length * latentSize)
  const logVariances = new Float32Array(means.length)
  for (const { start, indices } of batchesOf(chosen, BATCH)) {
    const { mean, logVariance } = await encodeChecked(inference, await readImages(dataset, indices), indices.length, latentSize)
    means.set(mean, start * latentSize)
    logVariances.set(logVariance, start * latentSize)
  }
  return { means, logVariances }
}

function sampleAll (means: Float32Array, logVariances: Float32Array, seed: number): Float32Array {
  const noise = createRandom(seed, 'posterior-samples').fillNormal(new Float32Array(means.length))
  return noise.map((value, i) => means[i]! + Math.exp(logVariances[i]! / 2) * value)
}

async function labelled (options: KnownTruthOptions, dataset: ImageDataset, limit: number): Promise<LabelledMeans> {
  const chosen = sampleIndices(dataset.count, limit)
  const { means } = await encodeAll(options, dataset, chosen)
  return { means, labels: Uint8Array.from(chosen, index => dataset.labels![index]!) }
}

/** Scores against scenes drawn anew: each partition swapped against each group swapped, and what is left of each object. */
async function measureScene ({ inference, test, partitions, seed, onStage }: KnownTruthOptions, scene: Scene, factors: DatasetFactors): Promise<KnownTruth> {
  const { shape } = test
  const latentSize = latentSizeOf(partitions)
  const chosen = sampleIndices(test.count, SCENE_IMAGES)
  const { means } = await encodeAll({ inference, partitions }, test, chosen)
  const decode = async (latent: Float32Array) => await decodeChecked(inference, latent, latent.length / latentSize, shape)
  const rows = (indices: Uint32Array) => selectFactors(factors, indices.map(i => chosen[i]!))
  const columns = indexGroups(factors)

  onStage?.('measuring swapped partitions against swapped factors')
  const counterfactual = await counterfactualScore({
    means,
    partitions,
    groups: Object.keys(factors.groups),
    decode,
    renderSwapped (group, indices, donors) {
      const [own, other] = [rows(indices), rows(donors)]
      for (let row = 0; row < indices.length; row++) for (const k of columns[group]!) own[row * factors.names.length + k] = other[row * factors.names.length + k]!
      return unitFromBytes(scene.render(own))
    },
    seed,
  })
  onStage?.('measuring objects')
  const objects = await measureObjectReconstruction({
    count: chosen.length,
    channels: shape.channels,
    objects: scene.objects.map(({ name }) => name),
    truth: indices => readImages(test, indices.map(i => chosen[i]!)),
    reconstruct: indices => decode(means.slice(indices[0]! * latentSize, (indices.at(-1)! + 1) * latentSize)),
    without: (object, indices) => unitFromBytes(scene.render(rows(indices), { skip: [object] })),
    mask: (object, indices) => scene.masks(rows(indices))[object]!,
  })
  return { counterfactual, objects }
}

/** New scenes that share some factors: every other factor is taken from a random image of its own, as independent factors allow. */
function representations ({ inference, test, partitions, seed }: KnownTruthOptions, scene: Scene): SampleRepresentations {
  const { names, values } = test.factors!
  const random = createRandom(seed, 'factor-vae-scenes')
  const draw = () => random.integer(test.count)
  return async (fixed, count) => {
    const shared = draw()
    const rows = new Float32Array(count * names.length)
    for (let i = 0; i < rows.length; i++) {
      const k = i % names.length
      rows[i] = values[(fixed.includes(k) ? shared : draw()) * names.length + k]!
    }
    return (await encodeChecked(inference, unitFromBytes(scene.render(rows)), count, latentSizeOf(partitions))).mean
  }
}

async function bound ({ test, partitions, likelihood, seed }: KnownTruthOptions, inference: InferenceGraphs, limit: number) {
  const latentSize = latentSizeOf(partitions)
  const chosen = sampleIndices(test.count, limit)
  async function * batches (): AsyncGenerator<PosteriorBatch> {
    for (const { indices } of batchesOf(chosen, BATCH)) {
      const image = await readImages(test, indices)
      yield { image, ...await encodeChecked(inference, image, indices.length, latentSize) }
    }
  }
  return await importanceWeightedBound({
    batches: batches(),
    latentSize,
    decode: latent => decodeChecked(inference, latent, latent.length / latentSize, test.shape),
    likelihood: likelihood.kind === 'bernoulli' ? { kind: 'bernoulli' } : { kind: 'gaussian', variance: likelihood.variance! },
    seed,
  })
}
