import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { applyOverrides } from '../../../trainer/config/overrides.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import type { StepMetrics } from '../../../trainer/engine/engine.js'
import { PATIENCE, createLossWatch, type LossWatch } from '../../../trainer/fit/loss-watch.js'
import { image, tinyConfig } from './run-fixture.js'

const { model } = tinyConfig()
const BYTES = 16 * Math.log(256)

const watchOf = (changes: Partial<Parameters<typeof createLossWatch>[0]> = {}) =>
  createLossWatch({
    model,
    image,
    partitions: layOutPartitions(model.partitions),
    meanImageError: 0.1,
    milestones: [],
    ...changes,
  })
const metrics = (changes: Partial<StepMetrics> = {}): StepMetrics => ({
  loss: 1,
  reconstruction: 1,
  klByUnit: Float32Array.of(1, 2, 3),
  mse: 0.05,
  ...changes,
})

/** So many steps of the same. */
function look (watch: LossWatch, changes: Partial<StepMetrics>, { steps = PATIENCE, beta = 1, from = 0 } = {}): void {
  for (let step = from + 1; step <= from + steps; step++) watch.look(metrics(changes), beta, step)
}

t.test('a term beyond its limit for many steps on end: which, how much, and where', async t => {
  const bernoulli = parseRunConfig(applyOverrides(tinyConfig(), [['model.likelihood', { kind: 'bernoulli' }]])).model
  const cases: Array<[Partial<StepMetrics>, RegExp, ReturnType<typeof watchOf>]> = [
    [
      { mse: 0.3 },
      /expected at most 0\.200 \(twice that of the mean image\) for the mean squared error but received more for 50 steps, 0\.300 at step 100: training diverged/,
      watchOf(),
    ],
    [
      { klByUnit: Float32Array.of(10, 20, 80) },
      /at most 88\.7 \(nats, all that the bytes of an image can hold\) for β · KL, most of it of partition light, but received more for 50 steps, 110 at step 100/,
      watchOf(),
    ],
    [
      { terms: { 'free-bits': 0, labels: -1e5 } },
      /a hundred times .* for the term labels but received more for 50 steps, 1\.00e\+5 at step 100/,
      watchOf(),
    ],
    [{ reconstruction: 90 }, /for the reconstruction but/, watchOf({ model: bernoulli })],
  ]
  for (const [changes, message, watch] of cases) {
    look(watch, {})
    t.notOk(watch.isSuspect())
    look(watch, changes, { steps: PATIENCE - 1, from: PATIENCE })
    t.ok(watch.isSuspect(), 'no state to fall back on')
    t.throws(() => watch.look(metrics(changes), 1, 2 * PATIENCE), { code: 'PVAE_DIVERGED', message })
  }
})

t.test('what healthy runs do', async t => {
  const untrained = watchOf()
  look(untrained, { mse: 0.6 }, { steps: 1000 })
  t.notOk(untrained.isSuspect(), 'a model that has not learned anything yet')
  const beginning = watchOf()
  for (let i = 0; i < 20; i++) {
    look(beginning, { mse: 0.19 }, { steps: PATIENCE - 1 })
    look(beginning, { mse: 0.21 }, { steps: 60 })
  }
  t.notOk(beginning.isSuspect(), 'one that is about to')
  const spiky = watchOf()
  look(spiky, {})
  for (let i = 0; i < 10; i++) {
    look(spiky, { mse: 0.9, klByUnit: Float32Array.of(1e9, 0, 0) }, { steps: PATIENCE - 1 })
    look(spiky, {}, { steps: 1 })
  }
  t.notOk(spiky.isSuspect(), 'spikes')
  const freeKl = watchOf()
  look(freeKl, { klByUnit: Float32Array.of(1e4, 0, 0) }, { beta: 0, steps: 200 })
  t.notOk(freeKl.isSuspect(), 'a KL that nothing holds before β rises')
  look(freeKl, { reconstruction: 1e9 }, { steps: 200 })
  t.notOk(freeKl.isSuspect(), 'a reconstruction of a small σ')
  const capacity = watchOf()
  look(capacity, { terms: { capacity: 1000 * 8 } }, { steps: 200 })
  t.notOk(capacity.isSuspect(), 'γ |KL − C| that has to catch up')
  const staged = watchOf({ milestones: [100] })
  look(staged, {}, { steps: 100 })
  look(staged, { mse: 0.5 }, { steps: 300, from: 100 })
  t.notOk(staged.isSuspect(), 'a part that has just begun to draw')
  const spiked = watchOf({ milestones: [100] })
  look(spiked, {}, { steps: 99 })
  look(spiked, { mse: 0.5 }, { steps: 1, from: 99 })
  t.ok(spiked.isSuspect(), 'the last step before a milestone is still held to the limit')
  look(spiked, { mse: 0.5 }, { steps: 1, from: 100 })
  t.notOk(spiked.isSuspect(), 'what was beyond before it is forgotten')
  look(staged, {}, { from: 400 })
  t.throws(() => look(staged, { mse: 0.5 }, { from: 450 }), { code: 'PVAE_DIVERGED' }, 'and has learned to')
  const alike = watchOf({ meanImageError: 0 })
  look(alike, { mse: 0.005 }, { steps: 200 })
  t.notOk(alike.isSuspect(), 'images that are all the same')
  t.ok(BYTES > 88)
  t.ok(BYTES < 89)
})
