import t from 'tap'
import Value from 'typebox/value'
import { DataConfigSchema } from '../../../trainer/data/index.js'

const filled = (value: unknown): unknown => Value.Default(DataConfigSchema, structuredClone(value))
const folder = { source: 'folder', directory: 'photos', height: 96, width: 160, channels: 3 }

t.test('defaults are filled in for the source that is named', async t => {
  t.strictSame(filled({ source: 'mnist' }), { source: 'mnist' })
  t.strictSame(filled({ source: 'idx', directory: 'd' }), { source: 'idx', directory: 'd' })
  t.strictSame(filled(folder), { ...folder, fit: 'fill', testFraction: 0.1, splitSeed: 0 })
  for (const value of [{ source: 'mnist' }, { source: 'idx', directory: 'd' }, folder]) t.ok(Value.Check(DataConfigSchema, filled(value)), value.source)
})

t.test('what is out of range is refused', async t => {
  const wrong = [
    {}, { source: 'cifar' }, { source: 'mnist', directory: 'd' }, { source: 'idx' }, { source: 'idx', directory: '' },
    ...[{ height: 0 }, { width: 1.5 }, { height: 5000 }, { channels: 2 }, { fit: 'stretch' }, { testFraction: 0 }, { testFraction: 1 }, { splitSeed: -1 }, { cacheDirectory: '' }, { heigth: 3 }]
      .map(change => ({ ...folder, ...change })),
  ]
  for (const value of wrong) t.notOk(Value.Check(DataConfigSchema, filled(value)), JSON.stringify(value))
})
