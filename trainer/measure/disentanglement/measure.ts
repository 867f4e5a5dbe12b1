/** All measures of a latent against true factors, composed into one result. */
import type { Partition } from '@partition-vae/models'
import { UNPACED, type Pace } from '../pace.js'
import { reasonOf } from '../not-measured.js'
import { RunningMoments } from '../moments.js'
import { totalCorrelation } from '../total-correlation.js'
import { measureCeiling } from './ceiling.js'
import { measureControl } from './control.js'
import { dciScores } from './dci.js'
import { factorVaeScore, type SampleRepresentations } from './factor-vae-score.js'
import { groupScores, record } from './group-scores.js'
import { overBlocks, overGroups, relative, type Information } from './information.js'
import { unitInformation } from './histogram.js'
import { mutualInformationGap } from './mig.js'
import { modularity } from './modularity.js'
import { posteriorTotalCorrelation } from './posterior-total-correlation.js'
import { explainedVariance, probe } from './probe.js'
import { predictBins, predictedInformation } from './probe-information.js'
import {
  blocksOf,
  meanOf,
  selectColumns,
  splitAtRandom,
  tablesOf,
  unitsAsBlocks,
  type Block,
  type Factors,
  type Split,
} from './representation.js'
import { separatedAttributePredictability } from './sap.js'
import type { Disentanglement } from './schema.js'
import { standardErrors } from './standard-errors.js'
import { treeImportance } from './tree-importance.js'
import { measureWithinClasses } from './within-classes.js'

export interface DisentanglementOptions {
  /** Posterior means, [N, D]. 2,000 images and more; the literature takes 10,000. */
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
  /** For the FactorVAE scores. */
  readonly sampleRepresentations?: SampleRepresentations | undefined
  /** Votes to learn from for the FactorVAE scores, default 1000; half as many judge. disentanglement_lib: 10,000. */
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
  /** Told after each part of the work. */
  readonly onPart?: ((done: number, total: number) => void) | undefined
  /** Told of what can't be measured of these images while the rest can, and why. */
  readonly onLeftOut?: ((what: string, reason: string) => void) | undefined
}

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
    factorVaeVotes: trainVotes = 1000,
    pace = UNPACED,
  } = options
  const { means, factors } = tablesOf(options.means, partitions, given)
  const split = options.split ?? splitAtRandom(means.rows, seed)
  const blocks = blocksOf(partitions)
  const units = unitsAsBlocks(partitions)
  const names = partitions.map(({ name }) => name)
  const { groups } = given

  let parts = 0
  const part = () => options.onPart?.(++parts, 6)
  const predictions = await probe({
    inputs: [...blocks.map(block => selectColumns(means, block.units)), means],
    targets: factors,
    seed,
    split,
    steps,
    pace,
  })
  part()
  const explained = explainedVariance(predictions)
  const byPartition = explained.slice(0, -1)
  const scores = groupScores(byPartition, names, groups)
  const whole = groupScores(explained.slice(-1), ['all'], groups)

  const moments = new RunningMoments(means.columns)
  moments.add(means.values)
  const covariance = moments.covariance()
  const trees = await treeImportance(means, factors, split, { pace })
  part()
  const literature = (level: readonly Block[], { information, entropy }: Information) => {
    const sap = separatedAttributePredictability(means, level, factors)
    const mig = mutualInformationGap(information, entropy)
    return {
      mig: mig.mean,
      migByFactor: record(given.names, mig.byFactor),
      sap: sap.mean,
      sapByFactor: record(given.names, sap.byFactor),
    }
  }
  const vote = async (level: readonly Block[], classes: ReadonlyArray<readonly number[]>) => {
    if (sampleRepresentations === undefined) return {}
    try {
      return {
        factorVae: (
          await factorVaeScore({
            sampleRepresentations,
            variance: moments.variance(),
            blocks: level,
            classes,
            seed,
            trainVotes,
            testVotes: Math.ceil(trainVotes / 2),
          })
        ).score,
      }
    } catch (error) {
      await pace()
      if (options.onLeftOut === undefined) throw error
      options.onLeftOut('factorVae', reasonOf(error))
      return {}
    }
  }
  await pace()
  const unitLevel = unitInformation(means, factors)
  const { logMass, ...bins } = await predictBins(predictions, { pace })
  const predictedBins = { ...bins, logMass: logMass.slice(0, -1) }
  const partitionLevel = predictedInformation(predictedBins)
  const ceiling =
    options.ceiling === false ? undefined : await measureCeiling(given, factors, { seed, split, steps, pace })

  part()
  const control =
    controlDraws > 0
      ? await measureControl({ means, blocks, factors, groups, seed, split, steps, draws: controlDraws, pace })
      : undefined
  part()
  const errors = await standardErrors({ means, units, factors, predictions, predictedBins, groups, seed, pace })
  part()
  const betweenSamples =
    options.posterior === undefined
      ? undefined
      : await posteriorTotalCorrelation({ means: options.means, ...options.posterior, partitions, seed, pace })
  part()

  return {
    images: means.rows,
    heldOut: split.test.length,
    seed,
    groups: scores,
    explained: Object.fromEntries(given.names.map((name, k) => [name, byPartition.map(row => row[k]!)])),
    ...(options.classes !== undefined && {
      withinClasses: measureWithinClasses(predictions, options.classes, given, split, partitions.length),
    }),
    explainedByAll: whole.best,
    partitions: {
      ...literature(blocks, partitionLevel),
      modularity: modularity(overGroups(relative(partitionLevel), groups)),
      ...dciScores(overGroups(overBlocks(trees.importance, blocks), groups)),
      ...(await vote(blocks, Object.values(groups))),
    },
    units: {
      ...literature(units, unitLevel),
      modularity: modularity(unitLevel.information),
      ...dciScores(trees.importance),
      informativeness: meanOf(trees.informativeness),
      ...(await vote(
        units,
        given.names.map((_, k) => [k])
      )),
    },
    ...(control !== undefined && { control }),
    ...(ceiling !== undefined && {
      ceiling,
      ...(ceiling.meanGap > 0 && { shareOfCeiling: scores.meanGap / ceiling.meanGap }),
    }),
    standardErrors: errors,
    totalCorrelation: {
      between: totalCorrelation(covariance, partitions),
      within: Object.fromEntries(
        partitions.map(({ name, offset, size }) => [name, totalCorrelation(covariance, layOutUnits(offset, size))])
      ),
      ...(betweenSamples !== undefined && { betweenSamples }),
    },
  }
}

/** Each unit as a partition: the total correlation between these is that within their partition. */
const layOutUnits = (offset: number, size: number): Partition[] =>
  Array.from({ length: size }, (_, i) => ({ name: String(i), offset: offset + i, size: 1 }))
