/** Pairs of images that differ in one factor, found in the table of their factors. */
import { TrainerError } from '../foundation/errors.js'
import { createRandom } from '../random/index.js'
import type { ImageDataset, PairAddress, Pairs } from './dataset.js'

/** A factor of more values is a measurement, which no two images share. */
const MOST_VALUES = 256

/** Pairs that differ in one factor; it is always told in which. */
export type FactorPairs = Required<Pairs>

/**
 * Pairs as in Locatello et al. 2020 (section 5, k = 1): the second image has the same factors as the first but for one,
 * which one and what it is instead being equally likely among what the data set holds. Both are images of the data set:
 * none of a test set is seen. Of images with the same factors each is as likely: in what no factor tells, such as the
 * toy in SmallNORB, the two of a pair may differ too.
 * @returns why not, where the factors are not known, are measurements, or have too many combinations
 */
export function createFactorPairs (dataset: ImageDataset): FactorPairs | string {
  const known = made.get(dataset)
  if (known !== undefined) return known
  const table = tabulate(dataset)
  if (typeof table === 'string') return table
  const pairs = pairsOf(dataset, table)
  made.set(dataset, pairs)
  return pairs
}

/** Making a table of half a million images takes a second, and every epoch asks for it. */
const made = new WeakMap<ImageDataset, FactorPairs>()

interface Table {
  /** Of each factor: how many values it has, and how far apart the numbers of combinations are that differ by one. */
  readonly factors: ReadonlyArray<{ readonly count: number, readonly stride: number }>
  /** By image: the number of its combination. */
  readonly combinations: Float64Array
  /** By combination: the first image that has it. */
  readonly firstOf: ReadonlyMap<number, number>
  /** By image: the next one of the same combination, or the number of images, which is none. */
  readonly nextOf: Uint32Array
}

function tabulate ({ factors, count }: ImageDataset): Table | string {
  if (factors === undefined) return 'images without factors'
  const { names, values } = factors
  const width = names.length
  const combinations = new Float64Array(count)
  const described: Array<{ count: number, stride: number }> = []
  let stride = 1
  for (let k = 0; k < width; k++) {
    const numberOf = new Map<number, number>()
    for (let i = 0; i < count; i++) {
      const value = values[i * width + k]!
      let number = numberOf.get(value)
      if (number === undefined) numberOf.set(value, number = numberOf.size)
      if (numberOf.size > MOST_VALUES) return `${names[k]}, a measurement of more than ${MOST_VALUES} values`
      combinations[i]! += number * stride
    }
    described.push({ count: numberOf.size, stride })
    stride *= numberOf.size
  }
  // Beyond, numbers of combinations are not exact.
  if (stride > Number.MAX_SAFE_INTEGER) return `${width} factors of ${stride.toPrecision(2)} combinations`
  const firstOf = new Map<number, number>()
  const nextOf = new Uint32Array(count).fill(count)
  for (let image = count - 1; image >= 0; image--) {
    nextOf[image] = firstOf.get(combinations[image]!) ?? count
    firstOf.set(combinations[image]!, image)
  }
  return { factors: described, combinations, firstOf, nextOf }
}

function pairsOf (dataset: ImageDataset, { factors, combinations, firstOf, nextOf }: Table): FactorPairs {
  /** Lists the images that differ from one in factor k alone. */
  function neighbours (image: number, k: number): number[] {
    const { count, stride } = factors[k]!
    const combination = combinations[image]!
    const own = Math.floor(combination / stride) % count
    const found: number[] = []
    for (let other = 0; other < count; other++) {
      if (other === own) continue
      let image = firstOf.get(combination + (other - own) * stride) ?? dataset.count
      for (; image < dataset.count; image = nextOf[image]!) found.push(image)
    }
    return found
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
