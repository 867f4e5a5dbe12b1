/** All measures of a latent against true factors, composed into one result. */
import type { Partition } from '@partition-vae/models'
import { UNPACED, type Pace } from '../pace.js'
import { begin, countJobs, workHere, type Work } from '../work/job.js'
import { ACTIVE_UNIT_VARIANCE } from '../metrics-schema.js'
import { RunningMoments } from '../moments.js'
import { totalCorrelation } from '../total-correlation.js'
import { measureCeiling } from './ceiling.js'
import { measureControl } from './control.js'
import type { SampleRepresentations } from './factor-vae-score.js'
import { groupScores } from './group-scores.js'
import { scorePartitions, scoreUnits } from './literature.js'
import { numberValues } from './numbered-values.js'
import { correlatePosteriors } from './posterior-total-correlation.js'
import { predictBins, predictedInformation } from './probe-information.js'
import { explainedVariance } from './probe-predictions.js'
import { probe } from './probe.js'
import {
  blocksOf,
  selectColumns,
  splitAtRandom,
  tablesOf,
  unitsAsBlocks,
  type Factors,
  type Split,
} from './representation.js'
import { separatedAttributePredictability, type SapOver } from './sap.js'
import type { Disentanglement } from './schema.js'
import { standardErrors } from './standard-errors.js'
import { targetsOf } from './targets.js'
import { treeImportance } from './tree-importance.js'
import { unitInformation } from './unit-information.js'
import { measureWithinClasses } from './within-classes.js'

export interface DisentanglementOptions {
  /** Posterior means, [N, D]. 2,000 images and more; the literature takes 10,000 to learn from and 5,000 to judge. */
  readonly means: Float32Array
  readonly partitions: readonly Partition[]
  readonly factors: Factors
  readonly seed: number
  /** Classes of the images, [N], if they have any. */
  readonly classes?: Uint8Array | undefined
  /**
   * One sample of each posterior and the log-variances, [N, D] each: for the total correlation that assumes nothing
   * Gaussian.
   */
  readonly posterior?: { readonly samples: Float32Array, readonly logVariances: Float32Array } | undefined
  /** For the FactorVAE scores: new scenes that share factors. Default: images that share them. */
  readonly sampleRepresentations?: SampleRepresentations | undefined
  /** Votes to learn from for the FactorVAE and BetaVAE scores, default 10,000; half as many judge. */
  readonly factorVaeVotes?: number | undefined
  /**
   * Default: a random quarter held out. Neighbouring frames of a video are nearly the same image: pass a split that
   * keeps them together.
   */
  readonly split?: Split | undefined
  /** Training steps of the probes, default 500. */
  readonly probeSteps?: number | undefined
  /** Random partitions of the control, default 3; 0 leaves it out. */
  readonly controlDraws?: number | undefined
  /** Measure the ceiling too, default true. */
  readonly ceiling?: boolean | undefined
  readonly pace?: Pace | undefined
  /** Does what takes long. Default: this thread. */
  readonly work?: Work | undefined
  /** Told after each job how many of those known so far are done. */
  readonly onPart?: ((done: number, total: number) => void) | undefined
  /** Told of what can't be measured of these images while the rest can, and why. */
  readonly onLeftOut?: ((what: string, reason: string) => void) | undefined
}

type LeftOut = readonly [what: string, reason: string]

/**
 * Measures how well partitions, and single units, stand for the true factors: each number by the measure of the file it
 * comes from.
 * @throws TrainerError PVAE_INVALID_PARAMETER naming what does not fit
 */
export async function measureDisentanglement (options: DisentanglementOptions): Promise<Disentanglement> {
  const {
    partitions,
    factors: given,
    seed,
    probeSteps: steps,
    controlDraws = 3,
    sampleRepresentations,
    factorVaeVotes: votes = 10_000,
    pace = UNPACED,
  } = options
  const means = tablesOf(options.means, partitions, given)
  const targets = targetsOf(given)
  const numbers = numberValues(given)
  const split = options.split ?? splitAtRandom(means.rows, seed)
  const blocks = blocksOf(partitions)
  const units = unitsAsBlocks(partitions)
  const names = partitions.map(({ name }) => name)
  const { groups } = given

  // All that takes long is asked for at once, and waited for where it is needed.
  const work = countJobs(options.work ?? workHere(pace), (done, total) => options.onPart?.(done, total))
  const trees = begin(treeImportance({ means, targets, numbers, split, work }))
  const probing = begin(probe({
    inputs: [...blocks.map(block => selectColumns(means, block.units)), means],
    targets,
    seed,
    split,
    steps,
    work,
  }))
  const controlling = controlDraws > 0
    ? begin(measureControl({ means, blocks, targets, groups, seed, split, steps, draws: controlDraws, work }))
    : undefined
  const sounding = options.ceiling === false
    ? undefined
    : begin(measureCeiling(given, targets, { seed, split, steps, work }))
  const correlating = options.posterior === undefined
    ? undefined
    : begin(work.run(correlatePosteriors, { means: options.means, ...options.posterior, partitions, seed }))
  const telling = begin(Promise.all([blocks, units].map(blocks =>
    separatedAttributePredictability({ means, blocks, targets, numbers, split, work }))))
  const moments = new RunningMoments(means.columns)
  moments.add(means.values)
  const leftOut = { partitions: [] as LeftOut[], units: [] as LeftOut[] }
  const literature = (level: keyof typeof leftOut) => ({
    means,
    factors: given,
    numbers,
    split,
    variance: moments.variance(),
    trees,
    seed,
    sampleRepresentations,
    votes,
    pace,
    work,
    onLeftOut (score: string, reason: string) {
      leftOut[level].push([score === '' ? level : `${level}.${score}`, reason])
    },
  })
  const scoringUnits = begin(scoreUnits(literature('units'), begin(telling.then(([, sap]) => ({
    blocks: units,
    information: unitInformation(means, numbers),
    sap: sap!(),
  })))))

  const predictions = await probing
  const explained = explainedVariance(predictions)
  const byPartition = explained.slice(0, -1)
  const scores = groupScores(byPartition, names, groups)
  const whole = groupScores(explained.slice(-1), ['all'], groups)

  const covariance = moments.covariance()
  await pace()
  const known = { numbers, kinds: given.kinds, heldOut: split.test }
  const { logMass, ...bins } = await predictBins(predictions, known, { pace })
  const predictedBins = { ...bins, logMass: logMass.slice(0, -1) }
  const [partitionSap, unitSap] = await telling as [SapOver, SapOver]
  const levels = {
    partitions: await scorePartitions(
      literature('partitions'), { blocks, information: predictedInformation(predictedBins), sap: partitionSap() }
    ),
    units: await scoringUnits,
  }
  // In the same order whichever level is done first.
  for (const told of [...leftOut.partitions, ...leftOut.units]) options.onLeftOut?.(...told)
  const errors = await standardErrors({ means, numbers, sap: unitSap, predictions, predictedBins, groups, seed, pace })
  const [ceiling, control, betweenSamples] = await Promise.all([sounding, controlling, correlating])

  return {
    images: means.rows,
    heldOut: split.test.length,
    seed,
    discrete: given.names.filter((_, k) => numbers[k]!.values !== undefined),
    groups: scores,
    explained: Object.fromEntries(given.names.map((name, k) => [name, byPartition.map(row => row[k]!)])),
    ...(options.classes !== undefined && {
      withinClasses: measureWithinClasses(
        predictions, options.classes, { names: given.names, targets }, split, partitions.length
      ),
    }),
    explainedByAll: whole.best,
    ...levels,
    ...(control !== undefined && { control }),
    ...(ceiling !== undefined && {
      ceiling,
      ...(ceiling.meanGap > 0 && { shareOfCeiling: scores.meanGap / ceiling.meanGap }),
    }),
    standardErrors: errors,
    totalCorrelation: {
      between: totalCorrelation(covariance, partitions, ACTIVE_UNIT_VARIANCE),
      within: Object.fromEntries(
        partitions.map(({ name, offset, size }) => [
          name, totalCorrelation(covariance, layOutUnits(offset, size), ACTIVE_UNIT_VARIANCE),
        ])
      ),
      ...(betweenSamples !== undefined && { betweenSamples }),
    },
  }
}

/** Each unit as a partition: the total correlation between these is that within their partition. */
const layOutUnits = (offset: number, size: number): Partition[] =>
  Array.from({ length: size }, (_, i) => ({ name: String(i), offset: offset + i, size: 1 }))
