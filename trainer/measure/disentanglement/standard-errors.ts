import { groupScores } from './group-scores.js'
import type { Pace } from '../pace.js'
import { deviationOverHalves } from './half-samples.js'
import { mutualInformationGap } from './mig.js'
import { modularity } from './modularity.js'
import { selectNumbers, type NumberedValues } from './numbered-values.js'
import { predictedInformation, type PredictedBins } from './probe-information.js'
import { explainedVariance, type ProbePredictions } from './probe-predictions.js'
import { selectRows, type Table } from './representation.js'
import type { SapOver } from './sap.js'
import type { Disentanglement } from './schema.js'
import { unitInformation } from './unit-information.js'

export interface StandardErrorOptions {
  readonly means: Table
  readonly numbers: readonly NumberedValues[]
  /** SAP of single units. */
  readonly sap: SapOver
  /** Predictions from each of the partitions, then from the whole latent. */
  readonly predictions: ProbePredictions
  /** Predictions of bins from each of the partitions. */
  readonly predictedBins: PredictedBins
  readonly groups: Readonly<Record<string, readonly number[]>>
  readonly seed: number
  readonly pace?: Pace | undefined
}

/**
 * Estimates how much the scores would change with other images, the model and the probes being what they are: the
 * probes' predictions are judged on halves of the held-out images, the rest on halves of all. Not the spread over
 * training seeds, which is larger.
 */
export async function standardErrors ({
  means,
  numbers,
  sap,
  predictions,
  predictedBins,
  groups,
  seed,
  pace,
}: StandardErrorOptions): Promise<Disentanglement['standardErrors']> {
  const names = Object.keys(groups)
  const { gap, ...byProbe } = regroup(
    names,
    await deviationOverHalves(
      predictions.rows,
      seed,
      rows => {
        const explained = explainedVariance(predictions, rows).slice(0, -1)
        const scores = groupScores(
          explained,
          explained.map((_, p) => String(p)),
          groups
        )
        const { information, entropy } = predictedInformation(predictedBins, rows)
        return {
          meanBest: scores.meanBest,
          meanGap: scores.meanGap,
          partitionMig: mutualInformationGap(information, entropy).mean,
          ...Object.fromEntries(names.map(name => [`gap/${name}`, scores.gap[name]!])),
        }
      },
      { pace }
    )
  )
  const byUnit = await deviationOverHalves(
    means.rows,
    seed,
    rows => {
      const { information, entropy } = unitInformation(selectRows(means, rows), selectNumbers(numbers, rows))
      return {
        unitMig: mutualInformationGap(information, entropy).mean,
        unitSap: sap(rows).mean,
        unitModularity: modularity(information),
      }
    },
    { pace }
  )
  return { ...byProbe, gap, ...byUnit }
}

function regroup (
  names: readonly string[],
  {
    meanBest,
    meanGap,
    partitionMig,
    ...gaps
  }: { meanBest: number; meanGap: number; partitionMig: number } & Record<string, number>
) {
  return { meanBest, meanGap, partitionMig, gap: Object.fromEntries(names.map(name => [name, gaps[`gap/${name}`]!])) }
}
