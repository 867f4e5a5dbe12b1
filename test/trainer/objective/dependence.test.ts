import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { layOutPartitions } from '@partition-vae/models'
import { dependence, dependenceWithin } from '../../../trainer/objective/dependence.js'
import { createRandom } from '../../../trainer/random/index.js'
import { largestDifference, normal, runEagerly, type Input } from '../../helpers/compare-engines.js'

const sized = (...sizes: number[]) => layOutPartitions(sizes.map((size, i) => ({ name: `p${i}`, size })))
const valueOf = async (program: (latent: tf.Tensor) => tf.Tensor, latent: Input) =>
  (await runEagerly(({ latent }) => ({ value: program(latent!) }), { latent })).value!.values[0]!
const measured = (latent: Input, ...sizes: number[]) =>
  valueOf(latent => dependence(latent, sized(...sizes)), latent)
const within = (latent: Input, ...sizes: number[]) =>
  valueOf(latent => dependenceWithin(latent, sized(...sizes)), latent)

/** Columns side by side: [N, columns]. */
function columns (...values: Float32Array[]): Input {
  const count = values[0]!.length
  return {
    shape: [count, values.length],
    values: Float32Array.from(
      { length: count * values.length },
      (_, i) => values[i % values.length]![Math.floor(i / values.length)]!
    ),
  }
}

t.test('independent partitions come out at 0 on average, below and above', async t => {
  const found = await Promise.all(Array.from({ length: 12 }, (_, seed) => measured(normal(seed, 64, 3), 2, 1)))
  t.ok(Math.abs(found.reduce((sum, value) => sum + value) / found.length) < 0.02, found.join())
  t.ok(found.some(value => value < 0), 'some below 0')
  t.ok(found.some(value => value > 0), 'some above')
})

t.test('a copy is 1, and pairs add up', async t => {
  const [a] = [normal(1, 40).values]
  t.ok(Math.abs(await measured(columns(a, a), 1, 1) - 1) < 1e-4)
  t.ok(Math.abs(await measured(columns(a, a, a), 1, 1, 1) - 3) < 3e-4)
  t.equal(await measured(normal(1, 10, 2), 2), 0, 'one partition depends on nothing')
})

t.test('within: units of one partition, not those of others', async t => {
  const [a, b] = [normal(1, 40).values, normal(2, 40).values]
  t.ok(Math.abs(await within(columns(a, a, b), 2, 1) - 1) < 1e-4, 'a copy is 1')
  t.equal(await within(columns(a, a, b), 1, 1, 1), 0, 'single units depend on nothing')
  const [pair, both] = [await within(columns(a, b), 2), await within(columns(a, b, b, b), 2, 2)]
  t.ok(Math.abs(both - (pair + 1)) < 1e-4, 'partitions add up')
})

t.test('within: a shift that is small beside the unit\'s own values is seen', async t => {
  const random = createRandom(6, 'test')
  const drawn = Array.from({ length: 256 }, () => ({ level: random.integer(6), kind: random.integer(3) }))
  const units = (shift: number) => columns(
    Float32Array.from(drawn, ({ level, kind }) => 0.5 * level + shift * kind),
    Float32Array.from(drawn, ({ kind }) => kind))
  const [wide, both] = [await measured(units(0.12), 1, 1), await within(units(0.12), 2)]
  t.ok(both > 0.01, `at a fifth of the width too: ${both}, at the whole width: ${wide}`)
  t.ok(wide < 0.01, 'which a kernel of the prior\'s width does not see')
  t.ok(Math.abs(await within(units(0), 2)) < 0.02, 'without a shift there is none')
})

t.test('it sees a dependence that has no correlation', async t => {
  const angles = createRandom(3, 'test')
  const circle = Array.from({ length: 128 }, () => angles.uniform() * 2 * Math.PI)
  const latent = columns(
    Float32Array.from(circle, angle => 3 * Math.cos(angle)),
    Float32Array.from(circle, angle => 3 * Math.sin(angle))
  )
  t.ok(await measured(latent, 1, 1) > 0.1)
})

t.test('it is the bias-corrected distance covariance of Székely and Rizzo, term by term', async t => {
  const count = 9
  const latent = normal(4, count, 3)
  const centred = (from: number, to: number) => {
    const z = (i: number) => latent.values.subarray(i * 3 + from, i * 3 + to)
    const k = (i: number, j: number) =>
      i === j ? 0 : Math.exp(-0.5 * z(i).reduce((sum, value, d) => sum + (value - z(j)[d]!) ** 2, 0))
    const indices = Array.from({ length: count }, (_, i) => i)
    const row = (i: number) => indices.reduce((sum, j) => sum + k(i, j), 0)
    const all = indices.reduce((sum, i) => sum + row(i), 0)
    return indices.flatMap(i =>
      indices.map(j => (i === j ? 0 : k(i, j) - (row(i) + row(j)) / (count - 2) + all / ((count - 1) * (count - 2))))
    )
  }
  const inner = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  const [a, b] = [centred(0, 2), centred(2, 3)]
  t.ok(Math.abs(await measured(latent, 2, 1) - inner(a, b) / Math.sqrt(inner(a, a) * inner(b, b))) < 1e-5)
})

t.test('values and gradients agree on both engines; points that coincide stay finite', async t => {
  const program = ({ latent }: Record<string, tf.Tensor>) => ({
    value: dependence(latent!, sized(2, 1)),
    gradient: tf.grad(z => dependence(z, sized(2, 1)))(latent!),
  })
  t.ok(await largestDifference(program, { latent: normal(5, 10, 3) }) < 1e-5)
  const same = await runEagerly(program, { latent: { shape: [5, 3], values: new Float32Array(15) } })
  t.ok([...same.value!.values, ...same.gradient!.values].every(Number.isFinite))
})
