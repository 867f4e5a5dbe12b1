import t from 'tap'
import type { ModelConfig } from '../../../trainer/config/schema.js'
import { dependsOnTotalSteps, scheduleAt } from '../../../trainer/fit/schedule.js'

const fit = { learningRate: 0.1, learningRateSchedule: 'cosine' as const, learningRateWarmupSteps: 10 }
const objective = { beta: 4, betaWarmup: 0.5 }
const near = (a: number, b: number) => Math.abs(a - b) < 1e-12

t.test('β rises linearly from 0 to its value', async t => {
  const beta = (step: number, betaWarmup = 0.5) => scheduleAt(step, 100, fit, { beta: 4, betaWarmup }).beta
  t.equal(beta(0), 0)
  t.ok(near(beta(25), 2))
  t.equal(beta(50), 4)
  t.equal(beta(99), 4)
  t.equal(beta(0, 0), 4, 'no warm-up: in force from the first step')
  t.ok(near(beta(99, 1), 4 * 0.99))
  t.equal(scheduleAt(5, 100, fit, { beta: 0, betaWarmup: 0.5 }).beta, 0)
  t.ok(
    near(scheduleAt(30, 100, fit, { beta: { from: 0.02, to: 1, start: 0, end: 0.6 }, betaWarmup: 0 }).beta, 0.51),
    'a schedule of its own'
  )
})

t.test('the objective\'s other schedules, where it has any', async t => {
  t.strictSame(Object.keys(scheduleAt(0, 100, fit, objective)), ['learningRate', 'beta'])
  t.strictSame(
    scheduleAt(50, 100, fit, {
      beta: 0,
      betaWarmup: 0,
      capacity: { weight: 10, nats: { from: 0, to: 25, start: 0, end: 1 } },
    }).scheduled,
    { 'objective.capacity.nats': 12.5 }
  )
})

t.test('the learning rate warms up, then stays or follows half a cosine', async t => {
  const rate = (step: number, changes = {}, total = 110) =>
    scheduleAt(step, total, { ...fit, ...changes }, objective).learningRate
  t.ok(near(rate(0), 0.01))
  t.ok(near(rate(4), 0.05))
  t.ok(near(rate(9), 0.1))
  t.ok(near(rate(10), 0.1))
  t.ok(near(rate(35), 0.1 * (1 + Math.SQRT1_2) / 2), 'a quarter of the way')
  t.ok(near(rate(60), 0.05), 'half way')
  t.ok(rate(109) > 0, 'the last step still learns')
  t.ok(rate(109) < 1e-4, 'the last step still learns')
  t.ok(near(rate(0, { learningRateWarmupSteps: 0 }), 0.1))
  t.ok(near(rate(4, { learningRateSchedule: 'constant' }), 0.05))
  t.equal(rate(109, { learningRateSchedule: 'constant' }), 0.1)
  t.ok(near(rate(4, {}, 5), 0.05), 'a run that ends inside the warm-up')
})

t.test('which schedules depend on the length of the run', async t => {
  t.equal(dependsOnTotalSteps(fit, { beta: 1, betaWarmup: 0 }), true)
  t.equal(dependsOnTotalSteps({ learningRateSchedule: 'constant' }, { beta: 1, betaWarmup: 0.1 }), true)
  const constant = { learningRateSchedule: 'constant' as const }
  t.equal(dependsOnTotalSteps(constant, { beta: 1, betaWarmup: 0, freeBits: { nats: 1, level: 'unit' } }), false)
  t.equal(
    dependsOnTotalSteps(constant, {
      beta: 1,
      betaWarmup: 0,
      freeBits: { nats: { from: 0, to: 1, start: 0, end: 1 }, level: 'unit' },
    }),
    true
  )
})

t.test('schedules of a model depend on it, too', async t => {
  const objective = { beta: 1, betaWarmup: 0 }
  const depends = (model: unknown) =>
    dependsOnTotalSteps({ learningRateSchedule: 'constant' }, objective, model as ModelConfig)
  t.equal(depends({ architecture: 'joint' }), false)
  t.equal(depends({ architecture: 'posed', pose: {} }), false)
  t.equal(depends({ architecture: 'posed', pose: { openAt: { row: 0 } } }), false)
  t.equal(depends({ architecture: 'posed', pose: { openAt: { row: 0, angle: 0.5 } } }), true)
  const still = { architecture: 'slots', price: 30, faint: 0.02, corners: 1 }
  t.equal(depends(still), false)
  for (const name of ['price', 'faint', 'corners']) {
    t.equal(depends({ ...still, [name]: { from: 1, to: 0, start: 0, end: 1 } }), true, name)
  }
})

t.test('at a restart the learning rate begins anew, at half of what it was, and falls until the next', async t => {
  const rate = (step: number) => scheduleAt(step, 150, fit, objective, [0, 100]).learningRate
  t.ok(near(rate(9), 0.1))
  t.equal(rate(60), scheduleAt(60, 100, fit, objective).learningRate)
  t.ok(near(rate(100), 0.005))
  t.ok(near(rate(109), 0.05))
  t.ok(near(rate(130), 0.025), 'half way')
  t.ok(rate(149) < 1e-3)
})
