/** The images that measures of known truth are taken on, and their posteriors. */
import { latentSizeOf, type Partition } from '@partition-vae/models'
import type { FormUnits } from '../../config/form-units.js'
import type { PartitionKinds } from '../../config/partition-kinds.js'
import type { ImageDataset, Factors as DatasetFactors } from '../../data/dataset.js'
import type { InferenceGraphs } from '../../engine/engine.js'
import { batchesOf, encodeChecked, readImages, type EvaluationProgress, type Posteriors } from '../batches.js'
import type { Metrics } from '../metrics-schema.js'
import type { Work } from '../work/job.js'

/** The model, the images and what is known of them. */
export interface KnownTruthOptions {
  readonly inference: InferenceGraphs
  readonly test: ImageDataset
  /** Classifiers learn from these. Without them classes are not measured. */
  readonly train?: ImageDataset | undefined
  readonly partitions: readonly Partition[]
  /** What partitions are for: of layered models, for the measures against masks. */
  readonly kinds?: PartitionKinds | undefined
  /** Units of form of slots, for classes of things. */
  readonly forms?: FormUnits | undefined
  /** Images at most for what is measured against masks, factors and scenes; default: what each says. */
  readonly limit?: number | undefined
  /** As the model was measured with: a calibrated variance is a number here. */
  readonly likelihood: Metrics['likelihood']
  readonly seed: number
  /** The images are handwriting: without other factors, take slant, height, width, ink and thickness. */
  readonly handwriting?: boolean | undefined
  /**
   * Also what takes minutes: FactorVAE scores of the literature's size, the importance weighted bound on more images.
   */
  readonly thorough?: boolean | undefined
  /** Does what takes long without the graphs. Default: this thread. */
  readonly work?: Work | undefined
  /** What `beginFactors` began of the same options. Default: it is begun, and everything else measured meanwhile. */
  readonly begunFactors?: BegunFactors | undefined
  /** Told what is being measured, and how much of it is done. */
  readonly progress?: EvaluationProgress | undefined
  /** Once aborted, measuring stops. */
  readonly signal?: AbortSignal | undefined
}

/** Measures of factors that threads take while the graphs are used for others. */
export interface BegunFactors {
  /** Of the images that were encoded for it; undefined where that failed. */
  readonly posteriors: Posteriors | undefined
  /** Waits for them, and tells of progress from now on. @throws the signal's reason once it is aborted */
  finish (): Promise<Pick<Metrics, 'disentanglement' | 'notMeasured'>>
}

/** Images that go through a graph at a time. */
export const BATCH = 128

export function indexGroups ({ names, groups }: DatasetFactors): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(groups).map(([group, members]) => [group, members.map(member => names.indexOf(member))])
  )
}

export async function encodeAll (
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
