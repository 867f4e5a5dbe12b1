/** Pairs of images that differ in one factor, found in the table of their factors. */
import { TrainerError } from '../foundation/errors.js'
import { createRandom } from '../random/index.js'
import type { ImageDataset, PairAddress, Pairs } from './dataset.js'

/** A factor of more values is a measurement, which no two images share. */
const MOST_VALUES = 256

/**
 * Pairs as in Locatello et al. 2020 (section 5, k = 1): the second image has the same factors as the first but for one,
 * which one and what it is instead being equally likely among what the data set holds. Both are images of the data set:
 * none of a test set is seen.
 * @returns undefined where the factors are not known, or are measurements
 */
export function createFactorPairs (dataset: ImageDataset): Pairs | undefined {
  const known = made.get(dataset)
  if (known !== undefined) return known
  const table = tabulate(dataset)
  if (table === undefined) return undefined
  const pairs = pairsOf(dataset, table)
  made.set(dataset, pairs)
  return pairs
}

/** Making a table of half a million images takes a second, and every epoch asks for it. */
const made = new WeakMap<ImageDataset, Pairs>()

interface Table {
  /** Of each factor: how many values it has, and how far apart the numbers of combinations are that differ by one. */
  readonly factors: ReadonlyArray<{ readonly count: number, readonly stride: number }>
  /** By image: the number of its combination. */
  readonly combinations: Float64Array
  readonly imageOf: ReadonlyMap<number, number>
}

function tabulate ({ factors, count }: ImageDataset): Table | undefined {
  if (factors === undefined) return undefined
  const { names: { length: width }, values } = factors
  const combinations = new Float64Array(count)
  const described: Array<{ count: number, stride: number }> = []
  let stride = 1
  for (let k = 0; k < width; k++) {
    const numberOf = new Map<number, number>()
    for (let i = 0; i < count; i++) {
      const value = values[i * width + k]!
      let number = numberOf.get(value)
      if (number === undefined) numberOf.set(value, number = numberOf.size)
      if (numberOf.size > MOST_VALUES) return undefined
      combinations[i]! += number * stride
    }
    described.push({ count: numberOf.size, stride })
    stride *= numberOf.size
  }
  // Beyond, numbers of combinations are not exact.
  if (stride > Number.MAX_SAFE_INTEGER) return undefined
  const imageOf = new Map<number, number>()
  combinations.forEach((combination, image) => imageOf.set(combination, image))
  return { factors: described, combinations, imageOf }
}

function pairsOf (dataset: ImageDataset, { factors, combinations, imageOf }: Table): Pairs {
  /** Lists the images that differ from one in factor k alone. */
  function neighbours (image: number, k: number): number[] {
    const { count, stride } = factors[k]!
    const combination = combinations[image]!
    const own = Math.floor(combination / stride) % count
    return Array.from({ length: count }, (_, other) => other).flatMap(other => {
      const found = other === own ? undefined : imageOf.get(combination + (other - own) * stride)
      return found === undefined ? [] : [found]
    })
  }
  function partnerOf (first: number, { seed, epoch }: PairAddress): { partner: number, factor: number } {
    const random = createRandom(seed, 'partner', epoch, first)
    for (const factor of random.shuffle(Uint32Array.from(factors.keys()))) {
      const others = neighbours(first, factor)
      if (others.length > 0) return { partner: others[random.integer(others.length)]!, factor }
    }
    throw new TrainerError('PVAE_INVALID_PARAMETER',
      `expected an image with another that differs in one factor for a pair of ${dataset.name} ` +
      `but received image ${first}`)
  }
  // The same in every epoch, and half a million images take seconds.
  let known: Uint32Array | undefined
  return {
    firsts () {
      known ??= Uint32Array.from({ length: dataset.count }, (_, image) => image)
        .filter(image => factors.some((_, k) => neighbours(image, k).length > 0))
      return known.slice() // whoever asks may shuffle it
    },
    async readPartners (firsts, address, out) {
      await dataset.read(firsts.map(first => partnerOf(first, address).partner), out)
    },
    factorsOf: (firsts, address) => firsts.map(first => partnerOf(first, address).factor),
  }
}
