/** Draws pictures of combinations of a few factors' values, as those of dSprites and 3D Shapes are. */
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { TrainerError } from '../../foundation/errors.js'
import { createRandom } from '../../random/index.js'
import type { DataSplits, Factors, ImageDataset, Scene } from '../dataset.js'
import type { FactorKind } from '../factor-kinds.js'
import { createDrawnDataset } from './dataset.js'

export interface GridFactor {
  readonly name: string
  readonly kind: FactorKind
  /** Ascending. */
  readonly values: readonly number[]
}

export interface Grid {
  /** As `data.source` names it. */
  readonly source: string
  /** To be raised with every change to what a picture looks like: runs on other pictures do not resume. */
  readonly definition: number
  readonly shape: ImageShape
  /** The slowest first, where combinations are counted. */
  readonly factors: readonly GridFactor[]
  /**
   * Draws a combination into `image`, 8 bit [H, W, C], which may hold another, and into `mask`, 8 bit [H, W].
   * @param numbers of each factor's value among its values, [K]
   */
  readonly draw: (numbers: readonly number[], image: Uint8Array, mask?: Uint8Array) => void
  /** Names of the values of the factor `shape`, which is the class of the one thing. */
  readonly shapes: readonly string[]
  /** Whether drawing takes long enough for pictures to be kept. */
  readonly keep: boolean
}

export interface GridSplit {
  readonly count: number
  readonly testCount: number
  readonly seed: number
}

/**
 * Opens pictures of a grid: `count` to train and `testCount` others to test, each combination once at most, in an order
 * that the seed decides. Each factor is a group of its own. Scenes take values between the grid's for the nearest.
 * @throws TrainerError PVAE_CONFIG_INVALID where the grid has not so many
 */
export function openGrid (grid: Grid, { count, testCount, seed }: GridSplit): DataSplits {
  const total = grid.factors.reduce((product, { values }) => product * values.length, 1)
  if (count + testCount > total) {
    throw new TrainerError('PVAE_CONFIG_INVALID', `expected at most ${total} for data.count and data.testCount ` +
      `together, as many as ${grid.source} has pictures, but received ${count} and ${testCount}`)
  }
  const order = createRandom(seed, grid.source).shuffle(Uint32Array.from({ length: total }, (_, i) => i))
  return {
    train: createGridDataset(grid, 'train', order.slice(0, count), seed),
    test: createGridDataset(grid, 'test', order.slice(total - testCount), seed),
    skipped: [],
  }
}

function createGridDataset (grid: Grid, split: string, combinations: Uint32Array, seed: number): ImageDataset {
  const { source, definition, shape, factors, shapes, draw, keep } = grid
  const ofShape = factors.findIndex(({ name }) => name === 'shape')
  const numbersAt = (index: number) => numbersOf(factors, combinations[index]!)
  const values = new Float64Array(combinations.length * factors.length)
  combinations.forEach((combination, i) => numbersOf(factors, combination).forEach((number, k) => {
    values[i * factors.length + k] = factors[k]!.values[number]!
  }))
  return createDrawnDataset({
    name: `${source}/${split}`,
    shape,
    count: combinations.length,
    definition: { source, definition, seed },
    draw: (index, image, mask) => draw(numbersAt(index), image, mask),
    hasMasks: true,
    objectClasses: { names: shapes, of: index => [numbersAt(index)[ofShape]!] },
    factors: { ...describeFactors(factors), values },
    scene: createScene(grid),
    keep,
  })
}

function describeFactors (factors: readonly GridFactor[]): Omit<Factors, 'values'> {
  return {
    names: factors.map(({ name }) => name),
    groups: Object.fromEntries(factors.map(({ name }) => [name, [name]])),
    kinds: factors.map(({ kind }) => kind),
  }
}

/** Splits the number of a combination into the numbers of its values. */
function numbersOf (factors: readonly GridFactor[], combination: number): number[] {
  const numbers = new Array<number>(factors.length)
  let rest = combination
  for (let k = factors.length - 1; k >= 0; k--) {
    const { length } = factors[k]!.values
    numbers[k] = rest % length
    rest = Math.floor(rest / length)
  }
  return numbers
}

/** Draws rows of values. No factors describe a thing and nothing else: no objects can be left out. */
function createScene ({ source, shape, factors, draw }: Grid): Scene {
  const size = pixelCount(shape)
  return {
    objects: [],
    render (rows) {
      if (rows.length % factors.length !== 0) {
        throw new TrainerError('PVAE_INVALID_PARAMETER', `expected rows of ${factors.length} numbers for the factors ` +
          `of ${source} but received ${rows.length} in all`)
      }
      const out = new Uint8Array(rows.length / factors.length * size)
      for (let i = 0; i < out.length / size; i++) {
        const row = rows.subarray(i * factors.length, (i + 1) * factors.length)
        draw(factors.map(({ values }, k) => nearest(values, row[k]!)), out.subarray(i * size, (i + 1) * size))
      }
      return out
    },
    masks: () => ({}),
  }
}

function nearest (values: readonly number[], value: number): number {
  let best = 0
  values.forEach((other, i) => { if (Math.abs(other - value) < Math.abs(values[best]! - value)) best = i })
  return best
}
