import t from 'tap'
import { codeOf, describe, ModelError } from '@partition-vae/models'

t.test('the message says where, what was expected for which field, and what was found', async t => {
  const cause = new Error('why')
  const error = new ModelError(
    'PVAE_CARD_INVALID',
    'mnist/1/model.json',
    { field: 'version', expected: '1', found: '2' },
    { cause }
  )
  t.equal(error.message, 'mnist/1/model.json: expected 1 for version but found 2')
  t.equal(error.name, 'ModelError')
  t.equal(error.code, 'PVAE_CARD_INVALID')
  t.equal(error.cause, cause)
})

t.test('any value can be described', async t => {
  const cases: Array<[unknown, string]> = [
    [undefined, 'nothing'],
    [null, 'null'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [10n ** 20n, '100000000000000000000'],
    ['a"b', '"a\\"b"'],
    [{ a: [1, 'x'] }, '{"a":[1,"x"]}'],
    [Symbol('s'), 'Symbol(s)'],
    [true, 'true'],
  ]
  for (const [value, text] of cases) t.equal(describe(value), text)
  t.equal(describe('x'.repeat(200)), `"${'x'.repeat(76)}...`, 'long values are cut to 80 characters')
})

t.test('a cause is known by its code, or else by its message', async t => {
  t.equal(codeOf(Object.assign(new Error('no space left'), { code: 'ENOSPC' })), 'ENOSPC')
  t.equal(codeOf(new TypeError('odd')), 'TypeError: odd')
})
