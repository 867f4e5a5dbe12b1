import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { planLayers, type LayeredPlan } from '../../../../trainer/model/layered/plan.js'
import { drawSprite, encodeSprite, positionUnits } from '../../../../trainer/model/layered/sprite.js'
import { collectParameters, parametersFrom, type ParameterSpec } from '../../../../trainer/model/parameters.js'
import { runEagerly, uniform, type Input } from '../../../helpers/compare-engines.js'
import { layeredModel } from '../../../helpers/layered-model.js'

const GLIMPSE = 6
const model = layeredModel()
const planOf = (height: number, width: number) => planLayers(model, { height, width, channels: 3 }, 1)

function encoderParameters (plan: LayeredPlan, index: number): ParameterSpec[] {
  return collectParameters(
    ({ glimpse, keyPoint }, parameters) => {
      encodeSprite(glimpse!, keyPoint!, plan.sprites[index]!, plan, model, parameters)
    },
    { glimpse: { shape: [1, GLIMPSE], dtype: 'float32' }, keyPoint: { shape: [1, 2], dtype: 'float32' } }
  )
}

/** The last layer's bias is given, the rest is 0: what the sprite's encoder says before it has learned anything. */
async function initialPosterior (
  plan: LayeredPlan,
  index: number,
  keyPoint: Input
): Promise<{ mean: number[]; logVariance: number[] }> {
  const weights = Object.fromEntries(
    encoderParameters(plan, index).map(({ name, shape, initializer }): [string, Input] => [
      name,
      {
        shape,
        values:
          initializer.kind === 'given'
            ? initializer.values
            : new Float32Array(shape.reduce((product, size) => product * size, 1)),
      },
    ])
  )
  const { mean, logVariance } = await runEagerly(
    ({ glimpse, keyPoint, ...weights }) => ({
      ...encodeSprite(glimpse!, keyPoint!, plan.sprites[index]!, plan, model, parametersFrom(weights)),
    }),
    { glimpse: uniform(1, -1, 1, 1, GLIMPSE), keyPoint, ...weights }
  )
  return { mean: [...mean!.values], logVariance: [...logVariance!.values] }
}

const keyPoint: Input = { shape: [1, 2], values: Float32Array.of(0.5, -0.25) }
const near = (found: readonly number[], wanted: readonly number[]) =>
  found.length === wanted.length && found.every((value, i) => Math.abs(value - wanted[i]!) < 1e-5)

t.test('a sprite begins where its key point is', async t => {
  t.ok(near((await initialPosterior(planOf(12, 16), 0, keyPoint)).mean, [0.5, -0.25, 0]))
  t.ok(near((await initialPosterior(planOf(12, 16), 1, keyPoint)).mean, [0.5, -0.25]))
})

t.test('the smaller it is in the image, the surer it begins of its position', async t => {
  const large = await initialPosterior(planOf(12, 16), 0, keyPoint)
  t.ok(near(large.logVariance, [-3, -3, -3]), 'at most so unsure', large)
  // A player of 6 × 4 in 96 × 64 pixels, a ball of 6 × 6: off by two fifths of that, where 3.4 units are the image's
  // side.
  const small = (extent: number, side: number) => 2 * Math.log(0.4 * extent * 3.4 / side)
  const player = await initialPosterior(planOf(96, 64), 0, keyPoint)
  t.ok(
    near(player.logVariance, [small(6, 96), small(4, 64), -3]),
    'rows and columns each for itself, and nothing but the position',
    player
  )
  const ball = await initialPosterior(planOf(96, 64), 1, keyPoint)
  t.ok(near(ball.logVariance, [small(6, 96), small(6, 64)]), 'extents are of pixels, not cells', ball)
})

t.test('it never begins so sure that it could not become less so', async t => {
  // A ball of 6 pixels in 1600: by its size alone it would begin below the floor, where the gradient is 0.
  const { logVariance } = await initialPosterior(planOf(1600, 1600), 1, keyPoint)
  t.ok(2 * Math.log(0.4 * 6 * 3.4 / 1600) < model.logVarianceFloor)
  t.ok(Math.min(...logVariance) > model.logVarianceFloor, 'above it', { logVariance })
  t.ok(Math.max(...logVariance) < model.logVarianceFloor + 1, 'a little above it', { logVariance })
})

t.test('the key point is nearly right: the network moves it little at first', async t => {
  const { initializer } = encoderParameters(planOf(12, 16), 0).findLast(({ name }) => name.endsWith('/kernel'))!
  const limits = initializer.kind === 'uniform' && typeof initializer.limit !== 'number' ? initializer.limit : []
  t.ok(near(limits.map(limit => limit / limits[2]!), [0.1, 0.1, 1, 1, 1, 1]), 'positions\' means alone', { limits })
})

t.test('it is drawn at its position, opaque in its middle and less so at its edge', async t => {
  const plan = planOf(12, 16)
  const sprite = plan.sprites[0]! // 6 × 4
  const types = { latent: { shape: [1, 3], dtype: 'float32' }, active: { shape: [], dtype: 'float32' } } as const
  const specs = collectParameters(({ latent, active }, parameters) => {
    drawSprite(latent!, sprite, plan, model, parameters, active!)
  }, types)
  const weights = Object.fromEntries(
    specs.map(({ name, shape, initializer }): [string, Input] => [
      name,
      {
        shape,
        values:
          initializer.kind === 'given'
            ? initializer.values
            : new Float32Array(shape.reduce((product, size) => product * size, 1)),
      },
    ])
  )
  const centre: Input = { shape: [1, 2], values: Float32Array.of(4, 11) }
  const found = await runEagerly(({ centre, active, ...weights }) => {
    const latent = tf.pad(positionUnits(centre!, 12, 16) as tf.Tensor2D, [[0, 0], [0, 1]])
    return { ...drawSprite(latent, sprite, plan, model, parametersFrom(weights), active!) }
  }, { centre, active: { shape: [], values: Float32Array.of(1) }, ...weights })
  const weight = found['weight']!.values // [H, W]
  const at = (row: number, column: number) => weight[row * 16 + column]!
  t.equal(
    weight.indexOf(Math.max(...weight)),
    3 * 16 + 10,
    'the highest of the four pixels around the middle, which are alike'
  )
  t.ok(near([at(3, 11), at(4, 10), at(4, 11)], [at(3, 10), at(3, 10), at(3, 10)]))
  t.ok(at(3, 10) > 0.5, 'about as much as the background')
  // 2·(y² + x²) less than in the middle, where y and x are the offset in half extents: of pixels on the grid's cells,
  // the sum of their squares
  t.ok(near([Math.log(at(1, 9) / at(3, 10))], [-2 * ((25 - 1) / 36 + (9 - 1) / 16)]), 'less so in its corner')
  t.ok(at(1, 8) < 1e-3, 'nothing outside, across')
  t.ok(at(0, 10) < 1e-3, 'nothing outside, up')
})
