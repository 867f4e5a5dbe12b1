/** What undo and the link hold: plain data, replaced and never changed in place. */
export interface Scene {
  /** [D] */
  readonly latent: readonly number[]
  readonly origin: Origin
  /** Names of partitions that are not drawn. */
  readonly hidden: readonly string[]
  /** The one partition that is drawn alone. */
  readonly solo?: string | undefined
  /** What the latent was last mixed of. */
  readonly mix?: Mix | undefined
}

/** One of two pictures that are mixed. */
export interface Side {
  /** [D] */
  readonly latent: readonly number[]
  readonly origin: Origin
}

export interface Mix {
  readonly a: Side
  readonly b: Side
  /** [partitions], in card order: how much of B, from 0 to 1. */
  readonly shares: readonly number[]
}

/** Where a latent came from, and what "back" means for it. */
export interface Origin {
  readonly kind: 'sample' | 'image' | 'mean' | 'prior'
  /** Row of the sample. */
  readonly index?: number | undefined
  /** File name of an own image. */
  readonly name?: string | undefined
  /** [D] The latent as it was. */
  readonly mean: readonly number[]
  /** [D] Logarithm of the posterior variance, where an encoder gave it. */
  readonly logVariance?: readonly number[] | undefined
}

export interface Partition {
  readonly name: string
  readonly size: number
  readonly offset: number
  readonly label?: string | undefined
}

export const titleOf = ({ name, label }: Partition): string => label ?? name

export function startAt (origin: Origin): Scene {
  return { latent: origin.mean, origin, hidden: [] }
}

/** Gives a scene with some units changed: index in the latent → value. */
export function withUnits (scene: Scene, units: ReadonlyMap<number, number>): Scene {
  return { ...scene, latent: scene.latent.map((value, i) => units.get(i) ?? value) }
}

/** Gives a scene with all units of a partition replaced. */
export function withPartition (scene: Scene, { offset, size }: Partition, values: ArrayLike<number>): Scene {
  return withUnits(scene, new Map(Array.from({ length: size }, (_, i) => [offset + i, values[i]!])))
}

export function partitionOf (latent: readonly number[], { offset, size }: Partition): readonly number[] {
  return latent.slice(offset, offset + size)
}

export function isMoved ({ latent, origin }: Scene, { offset, size }: Partition): boolean {
  return latent.slice(offset, offset + size).some((value, i) => value !== origin.mean[offset + i])
}

/** Gives a scene in which a partition is hidden, or is no longer. */
export function toggleHidden (scene: Scene, name: string): Scene {
  const hidden = scene.hidden.includes(name) ? scene.hidden.filter(one => one !== name) : [...scene.hidden, name]
  return { ...scene, hidden, solo: undefined }
}

/** Gives a scene in which a partition is drawn alone, or with the others again. */
export function toggleSolo (scene: Scene, name: string): Scene {
  return { ...scene, hidden: [], solo: scene.solo === name ? undefined : name }
}

export const isShown = ({ hidden, solo }: Pick<Scene, 'hidden' | 'solo'>, name: string): boolean =>
  solo === undefined ? !hidden.includes(name) : solo === name

/** Draws from the prior, a standard normal in each unit (Box and Muller 1958). */
export function drawPrior (size: number, random: () => number = Math.random): number[] {
  return Array.from({ length: size }, () =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()))
}
