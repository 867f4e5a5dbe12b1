import t from 'tap'
import { Compile, Type, type TSchema } from '../../../models/foundation/typebox.js'
import { schemaMismatch } from '@partition-vae/models'

function mismatchOf (schema: TSchema, value: unknown) {
  return schemaMismatch(Compile(schema).Errors(value), value)
}

t.test('names in the path keep their slashes and tildes', async t => {
  const schema = Type.Object({ 'a/b~c': Type.Array(Type.Integer()) })
  t.strictSame(mismatchOf(schema, { 'a/b~c': [1, 'x'] }), { field: 'a/b~c[1]', expected: 'an integer', found: '"x"' })
})

t.test('the value itself is the document unless it has a name', async t => {
  t.strictSame(mismatchOf(Type.String(), 3), { field: 'the document', expected: 'a string', found: '3' })
  const errors = Compile(Type.String()).Errors(3)
  t.equal(schemaMismatch(errors, 3, 'the config').field, 'the config')
})

t.test('too short a list, and one of several types', async t => {
  t.strictSame(mismatchOf(Type.Array(Type.Any(), { minItems: 2 }), [1]), {
    field: 'the document',
    expected: 'at least 2 elements',
    found: '[1]',
  })
  const union = { type: ['integer', 'string'] } as unknown as TSchema
  t.strictSame(mismatchOf(union, null), { field: 'the document', expected: 'an integer or a string', found: 'null' })
})

t.test('of several wrong choices only those of the first are offered', async t => {
  const choice = (...values: string[]) => Type.Union(values.map(value => Type.Literal(value)))
  const schema = Type.Object({ format: choice('png', 'webp'), fit: choice('fill', 'cover') })
  t.strictSame(mismatchOf(schema, { format: 'gif', fit: 'stretch' }), {
    field: 'format',
    expected: '"png" or "webp"',
    found: '"gif"',
  })
})

t.test('no error is no mismatch', async t => {
  t.throws(() => schemaMismatch([], 1), new RangeError('expected at least one schema error but received none'))
})
