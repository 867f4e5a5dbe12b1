import t from 'tap'
import type * as tf from '@tensorflow/tfjs-core'
import {
  EMPTY,
  observeKeyPoints,
  observeResidual,
  REMEMBERED,
  spriteStatistics,
  UNINFORMATIVE,
} from '../../../../trainer/model/layered/statistics.js'
import { runEagerly, uniform, type Input } from '../../../helpers/compare-engines.js'

const array = (...values: number[]): Input => ({ shape: [values.length], values: Float32Array.from(values) })
const scalar = (value: number): Input => ({ shape: [], values: Float32Array.of(value) })
const pairs = (...values: number[]): Input => ({ shape: [values.length / 2, 2], values: Float32Array.from(values) })

const known = {
  'p/active': scalar(1),
  'p/observed': scalar(1),
  'p/residual': { shape: [2, 3], values: new Float32Array(6) },
  'p/prior-mean': array(10, 20),
  'p/prior-variance': array(4, 9),
  'p/broad': scalar(0),
  'p/key-points': { shape: [REMEMBERED, 2], values: new Float32Array(2 * REMEMBERED).fill(EMPTY) },
}
type Changes = Partial<Record<keyof typeof known, Input>>

async function observe (keyPoints: Input, changes: Changes = {}) {
  const result = await runEagerly(
    ({ keyPoints, ...all }) => observeKeyPoints(spriteStatistics(all, 'p'), 'p', keyPoints!, 2),
    { ...known, ...changes, keyPoints }
  )
  const get = (what: string) => [...result[`p/${what}`]!.values]
  return { mean: get('prior-mean'), variance: get('prior-variance'), keyPoints: get('key-points') }
}

const close = (found: number[], wanted: number[]) =>
  found.length === wanted.length && found.every((value, i) => Math.abs(value - wanted[i]!) < 1e-4)

t.test('the prior follows the key points near it by a fiftieth', async t => {
  // The third is 2 · √(4 + 1) = 4.47 rows away at most: it is an outlier.
  const { mean, variance } = await observe(pairs(11, 22, 9, 24, 15, 20))
  t.ok(close(mean, [10 + 0.02 * (10 - 10), 20 + 0.02 * (23 - 20)]), 'the mean', { mean })
  const wanted = [((11 - 10) ** 2 + (9 - 10) ** 2) / 2, ((22 - 20.06) ** 2 + (24 - 20.06) ** 2) / 2]
  t.ok(close(variance, [4 + 0.02 * (wanted[0]! - 4), 9 + 0.02 * (wanted[1]! - 9)]), 'the variance', { variance })
})

t.test('outliers alone move nothing, and neither does a sprite that is only looked for', async t => {
  t.match(await observe(pairs(0, 0, 30, 30)), { mean: [10, 20], variance: [4, 9] })
  const { mean, variance, keyPoints } = await observe(pairs(11, 22), { 'p/active': scalar(0) })
  t.match({ mean, variance }, { mean: [10, 20], variance: [4, 9] })
  t.strictSame(keyPoints.slice(0, 3), [11, 22, -1], 'but it is remembered where it was')
})

t.test('the first batch of a sprite that nobody looked for makes its prior', async t => {
  const { mean, variance } = await observe(pairs(2, 4, 6, 8), {
    'p/prior-mean': array(12, 16),
    'p/prior-variance': array(UNINFORMATIVE, UNINFORMATIVE),
  })
  t.ok(close(mean, [4, 6]))
  t.ok(variance.every(value => Math.abs(value - 5) < 0.01), 'its variance and one pixel squared', { variance })
})

t.test('the last key points are kept, the newest first', async t => {
  const filled = { shape: [REMEMBERED, 2], values: Float32Array.from({ length: 2 * REMEMBERED }, (_, i) => i) }
  const { keyPoints } = await observe(pairs(1, 2, 3, 4), { 'p/key-points': filled })
  t.strictSame(keyPoints, [1, 2, 3, 4, ...filled.values.slice(0, -4)])
  const unseen = await observe(pairs(1, 2), { 'p/key-points': filled, 'p/observed': scalar(0), 'p/active': scalar(0) })
  t.strictSame(unseen.keyPoints, [...filled.values])
  const many = uniform(1, 0, 9, REMEMBERED + 5, 2)
  t.ok(close((await observe(many)).keyPoints, [...many.values.slice(0, 2 * REMEMBERED)]), 'of a larger batch the first')
})

t.test('the residual\'s first mean stands as it is; later ones count a fiftieth', async t => {
  const residual = uniform(2, 0, 1, 4, 2, 3)
  const mean = Array.from({ length: 6 }, (_, i) =>
    [0, 1, 2, 3].reduce((sum, n) => sum + residual.values[n * 6 + i]! / 4, 0)
  )
  const after = async (changes: Changes) => [
    ...(
      await runEagerly(
        ({ residual, ...all }) => ({
          after: observeResidual(spriteStatistics(all as Record<string, tf.Tensor>, 'p'), residual!),
        }),
        { ...known, ...changes, residual }
      )
    ).after!.values,
  ]
  t.ok(close(await after({}), mean))
  const running = { shape: [2, 3], values: Float32Array.from({ length: 6 }, (_, i) => i / 10) }
  t.ok(
    close(
      await after({ 'p/residual': running }),
      mean.map((value, i) => running.values[i]! + 0.02 * (value - running.values[i]!))
    )
  )
  t.strictSame(await after({ 'p/residual': running, 'p/observed': scalar(0) }), [...running.values])
})
