import t from 'tap'
import { Compile, Type } from '../../../models/foundation/typebox.js'
import { allMismatches, coerceText, deepestMismatch, statedDefaults } from '../../../server/foundation/schema-check.js'

const schema = Type.Object({
  steps: Type.Integer({ minimum: 2, maximum: 32, default: 11 }),
  range: Type.Number({ default: 2.5 }),
  labels: Type.Boolean({ default: true }),
  mode: Type.Optional(Type.Enum(['unit', 'scale'])),
}, { additionalProperties: false })

t.test('text becomes what the schema calls it, strictly', async t => {
  t.strictSame(coerceText(schema, { steps: '3', range: '-1.5e1', labels: 'true', mode: '3', other: '4' }), {
    steps: 3,
    range: -15,
    labels: true,
    mode: '3',
    other: '4',
  })
  t.strictSame(coerceText(schema, { steps: '+7', range: '.5', labels: 'false' }), {
    steps: 7,
    range: 0.5,
    labels: false,
  })
  for (const text of ['', ' 1', '1 ', '0x10', '007', 'NaN', 'Infinity', '1,5', 'three', '--1', '1e', '.']) {
    t.strictSame(coerceText(schema, { range: text }), { range: text }, `'${text}' stays text`)
  }
  for (const text of ['', '1', '0', 'yes', 'True']) t.strictSame(coerceText(schema, { labels: text }), { labels: text })
  t.strictSame(
    coerceText(schema, { steps: ['1', '2'], toString: '1' }),
    { steps: ['1', '2'], toString: '1' },
    'a repeated parameter stays a list'
  )
})

t.test('defaults that a schema states', async t => {
  t.strictSame(statedDefaults(schema), { steps: 11, range: 2.5, labels: true })
})

t.test('the deepest fault is the one that was meant', async t => {
  const latents = Type.Object({
    latents: Type.Array(
      Type.Union([Type.Array(Type.Number()), Type.Record(Type.String(), Type.Array(Type.Number()))]),
      { maxItems: 2 }
    ),
  })
  const compiled = Compile(latents)
  const mismatch = (value: unknown) => deepestMismatch(compiled.Errors(value), value, 'the body')
  t.strictSame(mismatch({ latents: [[1, null]] }), { field: 'latents[0][1]', expected: 'a number', found: 'null' })
  t.strictSame(mismatch({ latents: [{ shape: [1, 'x'] }] }), {
    field: 'latents[0].shape[1]',
    expected: 'a number',
    found: '"x"',
  })
  t.strictSame(mismatch({ latents: [[], [], []] }), {
    field: 'latents',
    expected: 'at most 2 elements',
    found: '[[],[],[]]',
  })
  t.strictSame(mismatch(null), { field: 'the body', expected: 'an object', found: 'null' })
  let nested: unknown = []
  for (let i = 0; i < 1e5; i++) nested = [nested]
  t.strictSame(mismatch({ latents: [[nested]] }), {
    field: 'the body',
    expected: 'a value of a few levels',
    found: 'one that is nested too deeply',
  })
  t.throws(() => deepestMismatch(undefined as never, {}, 'the body'), TypeError, 'a fault of the caller is not hidden')
})

t.test('all fields at fault, once each', async t => {
  const value = { steps: 1, range: 'far', labels: true, mode: 'joint', zoom: 2 }
  t.strictSame(
    allMismatches(Compile(schema).Errors(value), value, 'the query')
      .map(({ field }) => field)
      .sort(),
    ['mode', 'range', 'steps', 'zoom']
  )
})
