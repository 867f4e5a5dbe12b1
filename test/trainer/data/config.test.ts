import t from 'tap'
import { Value } from '../../../models/foundation/typebox.js'
import { DataConfigSchema } from '../../../trainer/data/index.js'

const filled = (value: unknown): unknown => Value.Default(DataConfigSchema, structuredClone(value))
const sports10 = { source: 'sports10', root: 'Sports10', height: 48, width: 64, channels: 3 }
const video = { source: 'video', file: 'clip.mp4', height: 48, width: 64, channels: 3 }
const folder = { source: 'folder', directory: 'photos', height: 96, width: 160, channels: 3 }

t.test('defaults are filled in for the source that is named', async t => {
  t.strictSame(filled({ source: 'mnist' }), { source: 'mnist' })
  t.strictSame(filled({ source: 'idx', directory: 'd' }), { source: 'idx', directory: 'd' })
  t.strictSame(filled(folder), { ...folder, fit: 'fill', testFraction: 0.1, splitSeed: 0 })
  t.strictSame(filled(video), { ...video, fit: 'fill', testFraction: 0.1, splitSeed: 0 }, 'the rate is the clip\'s')
  t.strictSame(filled({ source: 'table-tennis' }), {
    source: 'table-tennis',
    count: 20_000,
    testCount: 4000,
    height: 48,
    width: 64,
    seed: 0,
  })
  t.strictSame(filled(sports10), {
    ...sports10,
    genre: 'Table Tennis',
    split: 'official',
    fit: 'fill',
    testFraction: 0.1,
    splitSeed: 0,
  })
  for (const value of [
    { source: 'table-tennis' },
    sports10,
    { ...sports10, genre: ['Tennis', 'all'], split: 'game' },
    { ...video, rate: 0.5 },
  ]) {
    t.ok(Value.Check(DataConfigSchema, filled(value)), value.source)
  }
  for (const value of [{ source: 'mnist' }, { source: 'idx', directory: 'd' }, folder]) {
    t.ok(Value.Check(DataConfigSchema, filled(value)), value.source)
  }
})

t.test('what is out of range is refused', async t => {
  const wrong = [
    {},
    { source: 'cifar' },
    { source: 'mnist', directory: 'd' },
    { source: 'idx' },
    { ...video, rate: 0 },
    { ...video, directory: 'd' },
    { source: 'idx', directory: '' },
    ...[
      { height: 0 },
      { width: 1.5 },
      { height: 5000 },
      { channels: 2 },
      { fit: 'stretch' },
      { testFraction: 0 },
      { testFraction: 1 },
      { splitSeed: -1 },
      { cacheDirectory: '' },
      { heigth: 3 },
    ].map(change => ({ ...folder, ...change })),
    ...[{ count: 0 }, { testCount: 0 }, { seed: 0.5 }, { height: 0 }, { directory: 'd' }].map(change => ({
      source: 'table-tennis',
      ...change,
    })),
    ...[
      { root: '' },
      { genre: '' },
      { genre: [] },
      { split: 'test' },
      { testFraction: 0 },
      { directory: 'd' },
      { channels: 4 },
    ].map(change => ({ ...sports10, ...change })),
  ]
  for (const value of wrong) t.notOk(Value.Check(DataConfigSchema, filled(value)), JSON.stringify(value))
})
