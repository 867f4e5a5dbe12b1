import t from 'tap'
import { attend, occupied, salience } from '../../../../trainer/model/layered/attention.js'
import { planLayers } from '../../../../trainer/model/layered/plan.js'
import { parametersFrom } from '../../../../trainer/model/parameters.js'
import { runEagerly, uniform, type Input } from '../../../helpers/compare-engines.js'
import { layeredModel } from '../../../helpers/layered-model.js'

const model = layeredModel()
const plan = planLayers(model, { height: 12, width: 16, channels: 3 }, 1)
const sprite = plan.sprites[0]! // extent 6 × 4

const odd = (size: number) => Math.max(1, Math.floor(size / 2) * 2 + 1)

t.test('salience is the logarithm of a difference of boxes of the residual over what is usual', async t => {
  const residual = uniform(1, 0, 1, 2, 12, 16)
  const usual = uniform(2, 0.1, 1, 12, 16)
  const { found } = await runEagerly(
    ({ residual, usual }) => ({ found: salience(residual!, usual!, sprite, model) }),
    { residual, usual }
  )
  const mean = usual.values.reduce((sum, value) => sum + value, 0) / 192
  const rare = (n: number, i: number, j: number) =>
    (residual.values[(n * 12 + i) * 16 + j]! * mean) / (usual.values[i * 16 + j]! + 0.1 * mean)
  const box = (n: number, i: number, j: number, share: number, whole: boolean) => {
    const [tall, wide] = [odd(6 * share), odd(4 * share)]
    let [sum, count] = [0, 0]
    for (let y = Math.max(0, i - (tall - 1) / 2); y <= Math.min(11, i + (tall - 1) / 2); y++) {
      for (let x = Math.max(0, j - (wide - 1) / 2); x <= Math.min(15, j + (wide - 1) / 2); x++) {
        sum += rare(n, y, x)
        count++
      }
    }
    return sum / (whole ? tall * wide : count)
  }
  for (let at = 0; at < 2 * 192; at++) {
    const [n, i, j] = [Math.floor(at / 192), Math.floor(at / 16) % 12, at % 16]
    const wanted = Math.log(Math.max(0, box(n, i, j, 0.7, true) - 0.6 * box(n, i, j, 1.5, false)) + 3e-5)
    if (Math.abs(found!.values[at]! - wanted) > 1e-3) {
      t.fail(`element ${at} is ${found!.values[at]} instead of ${wanted}`)
    }
  }
})

t.test('before anything is usual, all pixels are equally rare', async t => {
  const residual = uniform(1, 0, 1, 1, 12, 16)
  const same = async (value: number) =>
    (
      await runEagerly(({ residual, usual }) => ({ found: salience(residual!, usual!, sprite, model) }), {
        residual,
        usual: { shape: [12, 16], values: new Float32Array(192).fill(value) },
      })
    ).found!.values
  const [none, even] = [await same(0), await same(0.5)]
  t.ok(none.every(Number.isFinite))
  t.ok(none.every((value, i) => Math.abs(value - even[i]!) < 1e-4))
})

const prior = (broad: number, mean = [6, 8], variance = [1e4, 1e4]): Record<string, Input> => ({
  mean: { shape: [2], values: Float32Array.from(mean) },
  variance: { shape: [2], values: Float32Array.from(variance) },
  broad: { shape: [], values: Float32Array.of(broad) },
})

async function keyPointOf (
  logits: (i: number, j: number) => number,
  given: Record<string, Input>,
  sharpness = 1
): Promise<[number, number]> {
  const field = {
    shape: [1, 192],
    values: Float32Array.from({ length: 192 }, (_, at) => logits(Math.floor(at / 16), at % 16)),
  }
  const { point } = await runEagerly(
    ({ field, mean, variance, broad, sharpness }) => ({
      point: attend(
        { salience: field!, learned: undefined, prior: { mean: mean!, variance: variance!, broad: broad! } },
        sprite,
        plan,
        model,
        parametersFrom({ sharpness: sharpness! })
      ),
    }),
    { field, ...given, sharpness: { shape: [], values: Float32Array.of(sharpness) } }
  )
  return [point!.values[0]!, point!.values[1]!]
}

const near = (found: [number, number], wanted: [number, number], tolerance = 0.05) =>
  found.every((value, i) => Math.abs(value - wanted[i]!) < tolerance)
const peaks = (i: number, j: number) => i === 2 && j === 3 ? 20 : i === 9 && j === 12 ? 19 : 0

t.test('key points are centres of pixels, weighted by their logits', async t => {
  t.ok(near(await keyPointOf((i, j) => i === 2 && j === 3 ? 30 : 0, prior(0)), [2.5, 3.5]))
  t.ok(near(await keyPointOf(() => 0, prior(0)), [6, 8]), 'the middle when all are alike')
  const [row, column] = await keyPointOf((i, j) => i === 2 && (j === 3 || j === 5) ? 30 : 0, prior(0))
  t.ok(near([row, column], [2.5, 4.5]))
})

t.test('sharpness stays between 1 and 20, wherever training takes it', async t => {
  const slope = (i: number, j: number) => 0.01 * (i + j)
  const at = (sharpness: number) => keyPointOf(slope, prior(0), sharpness)
  t.strictSame(await at(-3), await at(1))
  t.strictSame(await at(500), await at(20))
  t.notSame(await at(10), await at(20), 'between them it counts')
})

t.test('a broad prior looks around the highest peak alone', async t => {
  const both = await keyPointOf(peaks, prior(0))
  t.ok(both[0] > 3, 'between two peaks, down', { both })
  t.ok(both[1] > 5, 'between two peaks, across', { both })
  t.ok(near(await keyPointOf(peaks, prior(1)), [2.5, 3.5], 0.1), 'at the higher of two')
})

t.test('a narrow prior decides between peaks', async t => {
  t.ok(near(await keyPointOf(peaks, prior(0, [9.5, 12.5], [0.5, 0.5])), [9.5, 12.5], 0.1))
})

t.test('a place is occupied within the windows of sprites that are drawn', async t => {
  const keyPoints = { shape: [2, 2], values: Float32Array.of(3.5, 4.5, 9.5, 12.5) }
  const windows = async (share: number, active: number) => (await runEagerly(({ keyPoints, active }) => ({
    found: occupied([{ keyPoint: keyPoints!, extent: [6, 4], active: active! }], share, plan)!,
  }), { keyPoints, active: { shape: [], values: Float32Array.of(active) } })).found!.values
  const whole = await windows(1, 1)
  const inside = (n: number, i: number, j: number) =>
    n === 0 ? Math.abs(i - 3) <= 3 && Math.abs(j - 4) <= 2 : Math.abs(i - 9) <= 3 && Math.abs(j - 12) <= 2
  t.ok(whole.every((value, at) => value === Number(inside(Math.floor(at / 192), Math.floor(at / 16) % 12, at % 16))))
  t.equal((await windows(0.5, 1)).reduce((sum, value) => sum + value, 0), 2 * 3 * 3, 'half as far each way')
  t.ok((await windows(1, 0)).every(value => value === 0), 'none before they are')
  t.equal(occupied([], 1, plan), undefined)
})
