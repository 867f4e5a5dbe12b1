import { floatingPointOperations } from './arithmetic.js'
import { operationsOf, type EngineProfile, type ProfiledOperation } from './operation.js'

/** Operations taken together. */
export interface ProfileRow {
  /** The property that they have in common. */
  readonly key: string
  readonly example: ProfiledOperation
  /** In one step. */
  readonly calls: number
  /** Milliseconds in one step: of each operation the median over the steps, for other programs disturb some of them. */
  readonly milliseconds: number
  /** Share of the time of all operations. */
  readonly share: number
  /**
   * 10⁹ floating point operations a second, over those operations whose number is known; absent where it is for none.
   */
  readonly gigaflops?: number
}

export interface ProfileSummary {
  readonly steps: number
  /**
   * Milliseconds of one step: as the caller waits, of it the execution, with the engine's own update (medians over
   * the steps), of that all operations.
   */
  readonly milliseconds: { readonly step: number, readonly execution: number, readonly operations: number }
  /** Each by time, longest first. */
  readonly byOperation: readonly ProfileRow[]
  readonly byKernel: readonly ProfileRow[]
  readonly byLayer: readonly ProfileRow[]
  readonly byPass: readonly ProfileRow[]
}

interface Measured {
  readonly operation: ProfiledOperation
  /** In one step. */
  readonly calls: number
  readonly milliseconds: number
  readonly operations: number | undefined
}

/** @param profile at least one run */
export function summarize (profile: EngineProfile): ProfileSummary {
  const measured = measure(profile)
  const total = sum(measured.map(({ milliseconds }) => milliseconds))
  const group = (keyOf: (operation: ProfiledOperation) => string): ProfileRow[] =>
    Array.from(grouped(measured, ({ operation }) => keyOf(operation)), ([key, members]): ProfileRow => {
      const milliseconds = sum(members.map(member => member.milliseconds))
      return {
        key,
        example: members[0]!.operation,
        calls: sum(members.map(({ calls }) => calls)),
        milliseconds,
        share: milliseconds / total,
        ...speedOf(members),
      }
    }).sort((a, b) => b.milliseconds - a.milliseconds)
  return {
    steps: profile.length,
    milliseconds: {
      step: median(profile.map(({ duration, update }) => duration + (update?.duration ?? 0))) / 1000,
      execution:
        median(profile.map(({ executionDuration, update }) => executionDuration + (update?.duration ?? 0))) / 1000,
      operations: total,
    },
    byOperation: group(({ name }) => name),
    byKernel: group(({ kernel, operator }) => kernel === '' ? `(${operator})` : kernel),
    byLayer: group(({ layer, pass }) => `${layer === '' ? '(none)' : layer}${pass === '' ? '' : ` ${pass}`}`),
    byPass: group(({ pass }) => pass === '' ? '(none)' : pass),
  }
}

function measure (profile: EngineProfile): Measured[] {
  const byName = grouped(
    profile.flatMap((run, step) => operationsOf(run).map(operation => ({ operation, step }))),
    ({ operation }) => operation.name
  )
  return Array.from(byName.values(), members => {
    const { operation } = members[0]!
    const durations = Array.from(grouped(members, ({ step }) => step).values(), own =>
      sum(own.map(({ operation }) => operation.duration))
    )
    return {
      operation,
      calls: members.length / profile.length,
      milliseconds: median(durations) / 1000,
      operations: floatingPointOperations(operation),
    }
  })
}

function speedOf (members: readonly Measured[]): { gigaflops?: number } {
  const counted = members.filter(({ operations }) => operations !== undefined)
  const milliseconds = sum(counted.map(({ milliseconds }) => milliseconds))
  return milliseconds === 0
    ? {}
    : { gigaflops: sum(counted.map(({ operations, calls }) => operations! * calls)) / milliseconds / 1e6 }
}

function grouped<T, K> (items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function median (values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}
