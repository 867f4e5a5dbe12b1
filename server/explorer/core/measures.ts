/** What was measured of a model. Its card has it as the trainer wrote it, and each version of that less or more. */

/** By name of a partition, a factor or a group of factors. */
export type ByName = Readonly<Record<string, number>>

export interface Thing {
  /** R² of its place from its partition, and from the best other. */
  readonly place: number
  readonly otherPlace: number
  /** Share of a swap's change that is inside the thing. */
  readonly swapInside: number
  /** Share of the thing that is reconstructed. */
  readonly reconstructed: number
}

/** Whatever was not measured is absent, or empty. */
export interface Measures {
  readonly split: string
  readonly images?: number | undefined
  readonly squaredError?: number | undefined
  /** Squared error of the average image. */
  readonly imageVariance?: number | undefined
  readonly nats?: number | undefined
  readonly activeUnits?: number | undefined
  /** Nats that partitions share: the total correlation of their means. */
  readonly shared?: number | undefined
  readonly klByPartition: ByName
  readonly swapEffect: ByName
  readonly dead: readonly string[]
  /** R² by factor, then by partition. Factors of a group are called `group/factor`. */
  readonly explained: Readonly<Record<string, ByName>>
  /** R² by group of factors, then by partition. */
  readonly groups: Readonly<Record<string, ByName>>
  /** The gap that correlated factors would allow, by group. */
  readonly ceiling: ByName
  /** The mean gap, and that of random partitions of the same sizes. */
  readonly gap?: number | undefined
  readonly chanceGap?: number | undefined
  /** How many of the images a linear classifier tells rightly. */
  readonly classes?: { readonly chance: number, readonly all: number, readonly byPartition: ByName } | undefined
  readonly things: Readonly<Record<string, Thing>>
  /** What is in no partition, as a share of what changes. */
  readonly unexplained?: number | undefined
  /** Of 1: whether swapping partitions does what swapping their objects truly does. */
  readonly counterfactual?: number | undefined
}

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined
const list = (value: unknown): readonly unknown[] => Array.isArray(value) ? value : []
const names = (value: unknown): string[] => list(value).filter(name => typeof name === 'string')

/** Follows keys down. @returns undefined where the way ends */
function at (value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => isObject(inner) ? inner[key] : undefined, value)
}

function numbers (value: unknown): ByName {
  const entries = isObject(value) ? Object.entries(value) : []
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => number(entry[1]) !== undefined))
}

/** Gives the columns of a table their names. */
function zip (keys: readonly string[], values: readonly unknown[]): ByName {
  return numbers(Object.fromEntries(keys.map((key, i) => [key, values[i]])))
}

function readThings (value: unknown): Record<string, Thing> {
  const entries = isObject(value) ? Object.entries(value) : []
  return Object.fromEntries(entries.flatMap(([name, thing]) => {
    const { place, otherPlace, swapInside, reconstructed } = numbers(thing)
    if ([place, otherPlace, swapInside, reconstructed].includes(undefined)) return []
    return [[name, { place, otherPlace, swapInside, reconstructed } as Thing]]
  }))
}

/** Reads the measures of a card: those on test images, or on the split that there is. Never throws. */
export function readMeasures (metrics: Json): Measures | undefined {
  const split = ['test', 'validation', ...Object.keys(metrics)].find(name => isObject(metrics[name]))
  if (split === undefined) return undefined
  const found = metrics[split]
  const known = at(found, 'disentanglement')
  const partitions = names(at(known, 'groups', 'partitions'))
  const groups = names(at(known, 'groups', 'groups'))
  const matrix = list(at(known, 'groups', 'matrix'))
  const explained = at(known, 'explained')
  const chance = number(at(found, 'classification', 'chance'))
  const all = number(at(found, 'classification', 'linear', 'all'))
  return {
    split,
    images: number(at(found, 'images')),
    squaredError: number(at(found, 'mse')),
    imageVariance: number(at(found, 'imageVariance')),
    nats: number(at(found, 'kl')),
    activeUnits: number(at(found, 'activeUnits')),
    shared: number(at(found, 'totalCorrelation', 'means')),
    klByPartition: numbers(at(found, 'klByPartition')),
    swapEffect: numbers(at(found, 'swapEffect')),
    dead: list(at(found, 'deadPartitions')).flatMap(dead => {
      const name = isObject(dead) ? dead['name'] : dead
      return typeof name === 'string' ? [name] : []
    }),
    explained: Object.fromEntries(Object.entries(isObject(explained) ? explained : {})
      .map(([factor, shares]) => [factor, zip(partitions, list(shares))])),
    groups: Object.fromEntries(groups.map((group, g) => [group, zip(partitions, matrix.map(row => list(row)[g]))])),
    ceiling: numbers(at(known, 'ceiling', 'gap')),
    gap: number(at(known, 'groups', 'meanGap')),
    chanceGap: number(at(known, 'control', 'meanGap', 'mean')),
    classes: chance === undefined || all === undefined
      ? undefined
      : { chance, all, byPartition: numbers(at(found, 'classification', 'linear', 'byPartition')) },
    things: readThings(at(found, 'things', 'partitions')),
    unexplained: number(at(found, 'things', 'unexplained', 'outside')),
    counterfactual: number(at(found, 'counterfactual', 'meanBest')),
  }
}
