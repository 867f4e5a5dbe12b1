/** Two pictures, each partition from either of them or from in between. */
import { packNumbers, unpackNumbers } from './numbers.js'
import type { Mix, Partition, Side } from './scene.js'

/** @returns [D] */
export function mixLatents ({ a, b, shares }: Mix, partitions: readonly Partition[]): number[] {
  return partitions.flatMap(({ offset, size }, i) => Array.from({ length: size }, (_, k) => {
    const [from, to] = [a.latent[offset + k]!, b.latent[offset + k]!]
    // Exact at both ends.
    return shares[i] === 1 ? to : from + shares[i]! * (to - from)
  }))
}

/** Chooses what an animation goes through: from A to the mix; where that is A itself, to B. */
export function atPhase (mix: Mix, phase: number): Mix {
  const isAllA = mix.shares.every(share => share === 0)
  return { ...mix, shares: mix.shares.map(share => (isAllA ? 1 : share) * phase) }
}

const list = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** Says in words what comes from where. @param titles of the partitions, in card order */
export function describeMix ({ shares }: Mix, titles: readonly string[]): string {
  const those = (wanted: (share: number) => boolean) => titles.filter((_, i) => wanted(shares[i]!))
  const [fromA, fromB] = [those(share => share === 0), those(share => share === 1)]
  const between = those(share => share > 0 && share < 1)
  if (fromA.length === titles.length) return 'all from A'
  if (fromB.length === titles.length) return 'all from B'
  const parts = [
    ...fromB.length > 0 ? [`${list(fromB)} from B`] : [],
    ...between.length > 0 ? [`${list(between)} in between`] : [],
    ...fromA.length > 0 ? ['the rest from A'] : [],
  ]
  return parts.join(', ')
}

export function describeSide ({ latent, origin }: Side): string {
  const names = {
    sample: `test image ${(origin.index ?? 0) + 1}`,
    image: origin.name ?? 'image',
    mean: 'the average',
    prior: 'a draw from the prior',
  }
  const isChanged = latent.some((value, i) => value !== origin.mean[i])
  return names[origin.kind] + (isChanged ? ', changed' : '')
}

const writeSide = ({ latent, origin }: Side) =>
  origin.index !== undefined && latent.every((value, i) => value === origin.mean[i])
    ? `s${origin.index}`
    : `z${packNumbers(latent)}`

/** Writes a mix for a link: its sides, and each partition's share of B in percent. */
export const writeMix = ({ a, b, shares }: Mix): string =>
  [writeSide(a), writeSide(b), shares.map(share => Math.round(share * 100)).join('.')].join('~')

/**
 * Reads what `writeMix` wrote.
 * @param sideOfRow gives a row of the sample, undefined where there is none
 * @returns undefined for anything else
 */
export function readMix (
  text: string, size: number, partitions: readonly Partition[], sideOfRow: (index: number) => Side | undefined
): Mix | undefined {
  const [one, other, percents] = text.split('~')
  const readSide = (part: string | undefined): Side | undefined => {
    if (part === undefined) return undefined
    if (/^s\d{1,9}$/.test(part)) return sideOfRow(Number(part.slice(1)))
    const latent = part.startsWith('z') ? unpackNumbers(part.slice(1)) : undefined
    return latent?.length === size ? { latent, origin: { kind: 'mean', mean: latent } } : undefined
  }
  const shares = percents?.split('.').map(percent => Number(percent) / 100)
  const [a, b] = [readSide(one), readSide(other)]
  const isSound = shares?.length === partitions.length && shares.every(share => share >= 0 && share <= 1)
  return a && b && shares && isSound ? { a, b, shares } : undefined
}
