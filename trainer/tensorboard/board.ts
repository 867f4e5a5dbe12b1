/**
 * Writes what TensorBoard shows of a run. It compares curves of one tag between folders, so there is one for what is
 * measured in training and one for the test images.
 */
import { join } from 'node:path'
import { layOutPartitions, type Partition } from '@partition-vae/models'
import type { StepReport } from '../fit/options.js'
import { klByPartition } from '../fit/epoch-sums.js'
import type { EpochAverages, EpochRecord, TestAverages } from '../fit/record.js'
import type { Scheduled } from '../fit/schedule.js'
import type { Picture, Summary } from './event.js'
import { openEventFile } from './event-file.js'
import { histogramOf } from './histogram.js'

export interface Board {
  /** Written now and then. */
  step (report: StepReport): Promise<void>
  epoch (record: EpochRecord): Promise<void>
  /** Writes the pictures that an evaluation drew, and the posterior means it saw, [N, D]. */
  evaluation (step: number, pictures: Readonly<Record<string, Picture>>, means: Float32Array): Promise<void>
  close (): Promise<void>
}

export interface BoardOptions {
  readonly directory: string
  readonly partitions: ReadonlyArray<{ readonly name: string, readonly size: number }>
  /** Steps taken before. */
  readonly step: number
}

/** Points of the curves that are drawn by step, in an epoch. */
const POINTS_PER_EPOCH = 50

/** @throws TrainerError PVAE_OUTPUT_UNWRITABLE; so do the board's methods */
export async function openBoard ({ directory, partitions: sizes, step }: BoardOptions): Promise<Board> {
  const partitions = layOutPartitions(sizes)
  const train = await openEventFile(join(directory, 'train'), step)
  const test = await openEventFile(join(directory, 'test'), step).catch(async (error: unknown) => {
    await train.close()
    throw error
  })
  return {
    async step (report) {
      const { step, stepsPerEpoch, metrics } = report
      if (step % Math.max(1, Math.floor(stepsPerEpoch / POINTS_PER_EPOCH)) !== 0) return
      const byPartition = klByPartition(metrics.klByUnit, partitions)
      await train.write(step, {
        scalars: {
          'step/loss': metrics.loss,
          'step/reconstruction': metrics.reconstruction,
          'step/mse': metrics.mse,
          'step/kl': Object.values(byPartition).reduce((sum, kl) => sum + kl, 0),
          ...prefixed('step-kl', byPartition),
          ...prefixed('step-terms', metrics.terms),
          ...schedules(report),
        },
      })
    },
    async epoch (record) {
      await train.write(record.step, {
        scalars: {
          ...averages(record.train, partitions),
          ...schedules(record),
          'speed/images-per-second': record.imagesPerSecond,
        },
      })
      if (record.test !== undefined) {
        await test.write(record.step, {
          scalars: { ...averages(record.test, partitions), ...structure(record.test) },
        })
      }
      await train.flush()
      await test.flush()
    },
    evaluation: (step, images, means) => test.write(step, { images, histograms: meansByPartition(means, partitions) }),
    async close () {
      await train.close().finally(() => test.close())
    },
  }
}

function averages (
  { loss, reconstruction, mse, kl, klByPartition, klByUnit = [], terms }: EpochAverages,
  partitions: readonly Partition[]
): Record<string, number> {
  return {
    'epoch/loss': loss,
    'epoch/reconstruction': reconstruction,
    'epoch/mse': mse,
    'epoch/kl': kl,
    ...prefixed('kl', klByPartition),
    ...Object.fromEntries(klByUnit.map((kl, unit) => [`kl-by-unit/${unitName(unit, partitions)}`, kl])),
    ...prefixed('terms', terms),
  }
}

function structure ({
  activeUnits,
  deadPartitions,
  totalCorrelation,
  swapEffect,
}: TestAverages): Record<string, number> {
  return {
    ...(activeUnits === undefined ? {} : { 'latent/active-units': activeUnits }),
    ...(deadPartitions === undefined ? {} : { 'latent/dead-partitions': deadPartitions.length }),
    ...prefixed('total-correlation', totalCorrelation),
    ...prefixed('swap-effect', swapEffect),
  }
}

function schedules ({ learningRate, beta, scheduled }: Scheduled | EpochRecord): Record<string, number> {
  return { 'schedule/learning-rate': learningRate, 'schedule/beta': beta, ...prefixed('schedule', scheduled) }
}

/** Partition and position in it. */
function unitName (unit: number, partitions: readonly Partition[]): string {
  const { name, offset } = partitions.findLast(({ offset }) => offset <= unit)!
  return `${name}.${unit - offset}`
}

function meansByPartition (means: Float32Array, partitions: readonly Partition[]): NonNullable<Summary['histograms']> {
  const latentSize = partitions.reduce((sum, { size }) => sum + size, 0)
  return Object.fromEntries(
    partitions.map(({ name, offset, size }) => [
      `posterior-mean/${name}`,
      histogramOf(means.filter((_, i) => i % latentSize >= offset && i % latentSize < offset + size)),
    ])
  )
}

function prefixed (prefix: string, values: Readonly<Record<string, number>> = {}): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value]))
}
