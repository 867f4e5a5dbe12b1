import type { Partition } from '@partition-vae/models'
import type { StepMetrics } from '../engine/engine.js'
import type { EpochAverages } from './record.js'

/**
 * Sums over the steps of the epoch so far. Part of a checkpoint, so that a resumed epoch logs what an uninterrupted one
 * does.
 */
export interface EpochSums {
  readonly steps: number
  readonly loss: number
  readonly reconstruction: number
  readonly mse: number
  /** [D] */
  readonly klByUnit: readonly number[]
  /** The objective's further terms by name; absent where it has none. */
  readonly terms?: Readonly<Record<string, number>>
}

export function emptySums (latentSize: number): EpochSums {
  return { steps: 0, loss: 0, reconstruction: 0, mse: 0, klByUnit: new Array<number>(latentSize).fill(0) }
}

export function addStep (sums: EpochSums, metrics: StepMetrics): EpochSums {
  return {
    steps: sums.steps + 1,
    loss: sums.loss + metrics.loss,
    reconstruction: sums.reconstruction + metrics.reconstruction,
    mse: sums.mse + metrics.mse,
    klByUnit: sums.klByUnit.map((kl, unit) => kl + metrics.klByUnit[unit]!),
    ...(metrics.terms === undefined
      ? {}
      : { terms: mapValues(metrics.terms, (value, name) => (sums.terms?.[name] ?? 0) + value) }),
  }
}

/** Averages per image: all batches of a run have the same size. */
export function averagesOf (sums: EpochSums, partitions: readonly Partition[]): EpochAverages {
  const klByUnit = sums.klByUnit.map(kl => kl / sums.steps)
  return {
    loss: sums.loss / sums.steps,
    reconstruction: sums.reconstruction / sums.steps,
    kl: sum(klByUnit),
    klByPartition: klByPartition(klByUnit, partitions),
    klByUnit,
    mse: sums.mse / sums.steps,
    ...sums.terms === undefined ? {} : { terms: mapValues(sums.terms, value => value / sums.steps) },
  }
}

function mapValues (
  values: Readonly<Record<string, number>>,
  change: (value: number, name: string) => number
): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]))
}

/** KL in nats by partition name. `klByUnit`: [D]. */
export function klByPartition (klByUnit: ArrayLike<number>, partitions: readonly Partition[]): Record<string, number> {
  const units = Array.from(klByUnit)
  return Object.fromEntries(partitions.map(({ name, offset, size }) => [name, sum(units.slice(offset, offset + size))]))
}

function sum (values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
