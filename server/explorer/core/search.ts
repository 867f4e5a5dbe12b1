/** A search among encoded images, as the view and the link have it. */
import type { Partition } from './scene.js'

export interface Asked {
  /** [partitions], in card order, from −1 to 1: of squared distances; below 0 what is far counts as near. */
  readonly weights: readonly number[]
  /** How many neighbours. */
  readonly count: number
  /** Conditions between commas, as the service takes them: `split=test,age>=3`. */
  readonly where: string
}

export const COUNTS = [12, 24, 48, 96] as const

/** Gives the search that nobody has changed: all partitions weigh 1. */
export const plainSearch = (partitions: readonly Partition[]): Asked =>
  ({ weights: partitions.map(() => 1), count: COUNTS[1], where: '' })

/** Writes a search for a link: weights in percent, count, conditions. Undefined: nobody has changed anything. */
export function writeSearch ({ weights, count, where }: Asked): string | undefined {
  if (count === COUNTS[1] && where === '' && weights.every(weight => weight === 1)) return undefined
  return [weights.map(weight => Math.round(weight * 100)).join('.'), count, where].join('~')
}

/** Reads what `writeSearch` wrote; anything else is the search that nobody has changed. */
export function readSearch (text: string | undefined, partitions: readonly Partition[]): Asked {
  const [, percents, count, where] = /^(-?\d+(?:\.-?\d+)*)~(\d+)~(.*)$/s.exec(text ?? '') ?? []
  const weights = percents?.split('.').map(percent => Number(percent) / 100)
  const isSound = weights?.length === partitions.length && weights.every(weight => Math.abs(weight) <= 1) &&
    COUNTS.some(one => one === Number(count))
  return isSound ? { weights, count: Number(count), where: where! } : plainSearch(partitions)
}

/** Splits conditions at their commas; one after a backslash belongs to a value. */
export const splitConditions = (where: string): string[] =>
  where.split(/(?<!\\),/).map(condition => condition.replaceAll('\\,', ',').trim()).filter(text => text !== '')

/** Writes a weight with at most two digits behind the point. */
export const writeWeight = (weight: number): string => String(Math.round(weight * 100) / 100).replace('-', '−')

/** Writes a distance with three digits; those below what three digits tell are 0. */
export function writeDistance (distance: number): string {
  if (Math.abs(distance) < 5e-4) return '0'
  return (Math.abs(distance) >= 100 ? distance.toFixed(0) : distance.toPrecision(3)).replace('-', '−')
}

/** Gives the last part of a path, by which people know a file. */
export const baseName = (path: string): string => path.replace(/[\\/]+$/, '').split(/[\\/]/).at(-1)!
