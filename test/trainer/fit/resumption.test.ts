import t from 'tap'
import type { Override } from '../../../trainer/config/overrides.js'
import { checkResumable } from '../../../trainer/fit/resumption.js'
import { tinyConfig } from './run-fixture.js'

const checkpoint = { config: tinyConfig(), dataFingerprint: 'abc' }

t.test('settings that change no weight may change', async t => {
  const changed = tinyConfig(['name', 'other'], ['description', 'new'], ['fit.checkpointEverySteps', 1])
  t.doesNotThrow(() => checkResumable(checkpoint, changed, 'abc'))
})

t.test('any other setting is refused by name, with both values', async t => {
  const cases: Array<[Override, RegExp]> = [
    [['seed', 8], /expected 7 for seed, as the run began, but received 8/],
    [['model.partitions.1.size', 2], /expected 1 for model\.partitions\.1\.size, as the run began, but received 2/],
    [['fit.adam.beta1', 0.5], /fit\.adam\.beta1/],
    [['fit.batchSize', 4], /fit\.batchSize/],
    [['fit.epochs', 30], /fit\.epochs.*its schedules depend on the length of the run/],
    [['data', { source: 'idx', directory: 'x' }], /data\.source/],
  ]
  for (const [override, message] of cases) {
    t.throws(() => checkResumable(checkpoint, tinyConfig(override), 'abc'), {
      code: 'PVAE_CHECKPOINT_MISMATCH',
      message,
    })
  }
})

t.test('other data is refused', async t => {
  t.throws(() => checkResumable(checkpoint, tinyConfig(), 'xyz'), {
    code: 'PVAE_DATA_MISMATCH',
    message: /fingerprint abc\) but found other data \(fingerprint xyz\)/,
  })
})

t.test('a run from before an option existed goes on: its default was in force', async t => {
  const now = tinyConfig()
  const { contrastWeight, ...objective } = now.objective
  const { architecture, ...model } = now.model
  const before = { ...now, objective, model } as unknown as typeof now
  t.doesNotThrow(() => checkResumable({ config: before, dataFingerprint: 'a' }, now, 'a'))
  t.throws(
    () =>
      checkResumable({ config: before, dataFingerprint: 'a' }, tinyConfig(['objective.freeBits', { nats: 1 }]), 'a'),
    { message: /expected nothing for objective\.freeBits/ }
  )
})
