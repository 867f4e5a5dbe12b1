import { partitionOf, withPartition, type Partition, type Scene } from './scene.js'

/**
 * How a row moves: a unit to places on its track (`unit`), a whole partition times a factor (`scale`), or along the
 * direction in which its means vary most (`joint`). Units and directions are measured in standard deviations from the
 * mean of the data, so that a picture has its place in each row.
 */
export const MODES = ['unit', 'scale', 'joint'] as const
export type Mode = typeof MODES[number]

export interface Row {
  readonly key: string
  readonly partition: Partition
  /** Index inside the partition; of units only. */
  readonly unit?: number | undefined
  /** Which of the cells is nearest to where the latent is. */
  readonly nearest: number
  /** [steps], each [D] */
  readonly latents: ReadonlyArray<readonly number[]>
}

/** What is known of the data's latents, as cards have it. */
export interface Space {
  readonly partitions: readonly Partition[]
  readonly latentStatistics: {
    readonly mean: readonly number[]
    readonly standardDeviation: readonly number[]
    readonly principalDirections: ReadonlyArray<{
      readonly vector: readonly number[]
      readonly standardDeviation: number
    }>
  }
}

/** A unit that never moves is not divided by. */
const LEAST_DEVIATION = 1e-6

const ENDS = { unit: [-2.5, 2.5], scale: [-2, 2], joint: [-2.5, 2.5] } as const
/** Columns, so that headings are round: few on narrow screens. */
const STEPS = { unit: [5, 11], scale: [5, 9], joint: [5, 11] } as const

/** Lists the values of the columns. */
export function columnsOf (mode: Mode, isNarrow: boolean): readonly number[] {
  const steps = STEPS[mode][isNarrow ? 0 : 1]
  const [first, last] = ENDS[mode]
  return Array.from({ length: steps }, (_, i) => first + (last - first) * i / (steps - 1))
}

export function nearestOf (values: readonly number[], value: number): number {
  return values.reduce((best, other, i) => Math.abs(other - value) < Math.abs(values[best]! - value) ? i : best, 0)
}

/** Plans the cells around a scene: a row for each unit, or for each partition. */
export function planRows (
  { partitions, latentStatistics }: Space, scene: Scene, mode: Mode, values: readonly number[]
): Row[] {
  const { mean, standardDeviation, principalDirections } = latentStatistics
  return partitions.flatMap((partition, p): Row[] => {
    const { name, offset, size } = partition
    const now = partitionOf(scene.latent, partition)
    const moved = (units: readonly number[]) => withPartition(scene, partition, units).latent
    if (mode === 'unit') {
      return now.map((value, unit) => {
        const deviation = Math.max(standardDeviation[offset + unit]!, LEAST_DEVIATION)
        const centre = mean[offset + unit]!
        return {
          key: `${name}.${unit}`,
          partition,
          unit,
          nearest: nearestOf(values, (value - centre) / deviation),
          latents: values.map(step => moved(now.with(unit, centre + step * deviation))),
        }
      })
    }
    if (mode === 'scale') {
      return [{
        key: name,
        partition,
        nearest: nearestOf(values, 1),
        latents: values.map(factor => moved(now.map(value => value * factor))),
      }]
    }
    const { vector, standardDeviation: deviation } = principalDirections[p]!
    const along = vector.reduce((sum, part, i) => sum + part * (now[i]! - mean[offset + i]!), 0)
    const length = Math.max(deviation, LEAST_DEVIATION)
    return [{
      key: name,
      partition,
      nearest: nearestOf(values, along / length),
      latents: values.map(step =>
        moved(Array.from({ length: size }, (_, i) => now[i]! + (step * length - along) * vector[i]!))),
    }]
  })
}

/** Writes the heading of a column: at most two decimals, with a true minus. */
export const writeStep = (value: number): string => String(Number(value.toFixed(2))).replace('-', '−')
