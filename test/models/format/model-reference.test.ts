import t from 'tap'
import { formatModelReference, parseModelReference } from '@partition-vae/models'

t.test('a name, with a version after @ or :', async t => {
  t.strictSame(parseModelReference('mnist'), { name: 'mnist', version: undefined })
  for (const text of ['table-tennis@12', 'table-tennis:12']) {
    t.strictSame(parseModelReference(text), { name: 'table-tennis', version: 12 })
  }
  t.strictSame(parseModelReference('a@999999999999999'), { name: 'a', version: 999999999999999 })
})

t.test('what is no reference', async t => {
  for (const text of [
    '',
    '@1',
    ':1',
    'a@',
    'a:',
    'a@0',
    'a@01',
    'a@1.5',
    'a@-1',
    'a@v1',
    'a@1@2',
    'a:1:2',
    'a@1:2',
    'a@1000000000000000',
    'a@1 ',
  ]) {
    t.equal(parseModelReference(text), undefined, JSON.stringify(text))
  }
})

t.test('written as it is read', async t => {
  for (const text of ['mnist', 'mnist@2']) t.equal(formatModelReference(parseModelReference(text)!), text)
})
