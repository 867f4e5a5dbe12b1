/** Codes and factors that measures are judged on: of shipped models, and drawn ones. */
import { resolve } from 'node:path'
import { layOutPartitions, type Partition } from '@partition-vae/models'
import { openModel } from '../../../trainer/cli/actions/models.js'
import { openMnist } from '../../../trainer/data/mnist.js'
import { selectFactors, type DataSplits } from '../../../trainer/data/dataset.js'
import { openTableTennis } from '../../../trainer/data/table-tennis/dataset.js'
import { createInference } from '../../../trainer/engine/inference.js'
import { encodeChecked, readImages, sampleIndices } from '../../../trainer/measure/batches.js'
import { DIGIT_MOMENTS, digitMoments } from '../../../trainer/measure/classification/index.js'
import type { Factors } from '../../../trainer/measure/disentanglement/index.js'
import { createRandom } from '../../../trainer/random/index.js'
import { SHIPPED } from '../shipped.js'

/** What a model says of images whose factors are known. */
export interface Codes {
  readonly name: string
  readonly partitions: readonly Partition[]
  /** Posterior means, [N, D]. */
  readonly means: Float32Array
  readonly factors: Factors
}

/** The codes that are judged: continuous factors, the same in levels, digits, and two that are drawn. */
export async function codesOf (images: number): Promise<Codes[]> {
  const scenes = await openTableTennis({
    source: 'table-tennis', count: 1, testCount: images, height: 48, width: 64, seed: 0,
  })
  const tennis = await encode('table-tennis', scenes, images)
  const { names, groups, values } = scenes.test.factors!
  const continuous: Factors = {
    names,
    groups: Object.fromEntries(Object.entries(groups).map(([group, members]) =>
      [group, members.map(name => names.indexOf(name))])),
    values: selectFactors({ names, groups, values }, tennis.chosen),
  }
  const some = ['A/x', 'A/y', 'B/y', 'ball/x', 'ball/y', 'light/light'].map(name => names.indexOf(name))
    .filter(k => k >= 0)
  const digits = await openMnist()
  const mnist = await encode('digits', digits, images)
  const moments = digitMoments(await readImages(digits.test, mnist.chosen), digits.test.shape)
  const column = (k: number) => Float32Array.from(mnist.chosen, (_, i) => moments[i * DIGIT_MOMENTS.length + k]!)
  return [
    { ...tennis, name: 'table-tennis', factors: continuous },
    {
      ...tennis,
      name: 'table-tennis, factors in 5 levels',
      factors: discrete(some.map(k => names[k]!), some.map(k =>
        levelsOf(tennis.chosen.length, row => continuous.values[row * names.length + k]!, 5))),
    },
    {
      ...mnist,
      name: 'digits',
      factors: discrete(['digit', DIGIT_MOMENTS[0]!, DIGIT_MOMENTS[4]!], [
        Float32Array.from(mnist.chosen, index => digits.test.labels![index]!),
        ...[0, 4].map(k => levelsOf(mnist.chosen.length, row => column(k)[row]!, 4)),
      ]),
    },
    drawnCodes('drawn: a unit a factor', images, ([a, b, c, d], normal) =>
      [a! + 0.3 * normal(), 2 * b! + 0.2 * normal(), normal(), 0.5 * c! + 0.1 * normal(), d! + 0.5 * normal()]),
    drawnCodes('drawn: mixed units', images, ([a, b, c, d], normal) =>
      [
        a! + b! + 0.3 * normal(), a! - b! + 0.3 * normal(), 0.01 * normal(), c! + 0.5 * d! + 0.1 * normal(),
        d! - 0.3 * c! + 0.1 * normal(),
      ]),
  ]
}

async function encode (model: string, { test }: DataSplits, images: number) {
  const { card: { partitions, image, latentSize }, encoder, decoder } = await openModel(resolve(SHIPPED), model)
  const inference = await createInference({ encoder, decoder, image, latentSize, threads: 1 })
  const chosen = sampleIndices(test.count, images)
  const { mean } = await encodeChecked(inference, await readImages(test, chosen), chosen.length, latentSize)
  await inference.dispose()
  return { partitions, means: mean, chosen }
}

/** Independent factors of 2, 3, 5 and 7 values. */
function drawnCodes (
  name: string,
  images: number,
  codeOf: (factors: number[], normal: () => number) => number[]
): Codes {
  const random = createRandom(7, 'judged-codes', name)
  const rows = Array.from({ length: images }, () => [2, 3, 5, 7].map(count => random.integer(count)))
  const columns = [0, 1, 2, 3].map(k => Float32Array.from(rows, row => row[k]!))
  return {
    name,
    partitions: layOutPartitions([{ name: 'p', size: 2 }, { name: 'q', size: 1 }, { name: 'r', size: 2 }]),
    means: Float32Array.from(rows.flatMap(row => codeOf(row, () => random.normal()))),
    factors: discrete(['two', 'three', 'five', 'seven'], columns),
  }
}

function discrete (names: readonly string[], columns: readonly Float32Array[]): Factors {
  const values = new Float32Array(names.length * columns[0]!.length)
  columns.forEach((column, k) => column.forEach((value, row) => { values[row * names.length + k] = value }))
  return {
    names,
    values,
    groups: Object.fromEntries(names.map((name, k) => [name, [k]])),
    kinds: names.map(() => ({ kind: 'ordinal' })),
  }
}

/** Cuts values into levels of equal frequency. */
function levelsOf (rows: number, valueOf: (row: number) => number, levels: number): Float32Array {
  const order = Array.from({ length: rows }, (_, row) => row).sort((a, b) => valueOf(a) - valueOf(b))
  const cut = new Float32Array(rows)
  order.forEach((row, rank) => { cut[row] = Math.floor(rank * levels / rows) })
  return cut
}
