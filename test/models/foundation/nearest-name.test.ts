import t from 'tap'
import { didYouMean, nearestName } from '../../../models/foundation/nearest-name.js'

t.test('one change in three characters is near', async t => {
  const known = ['p1', 'mnist', 'digits', 'table-tennis', 'paper-mnist', 'vae']
  const cases: ReadonlyArray<readonly [given: string, nearest: string | undefined]> = [
    ['mnits', 'mnist'],
    ['digit', 'digits'],
    ['digist', 'digits'],
    ['table_tenis', 'table-tennis'],
    ['MNIST', 'mnist'],
    ['va', 'vae'],
    ['vase', 'vae'],
    ['golf', undefined],
    ['', undefined],
    ['x', undefined],
    ['v', undefined],
    ['p9', undefined],
    ['tennis', undefined],
  ]
  for (const [given, nearest] of cases) t.equal(nearestName(given, known), nearest, given)
})

t.test('of several the nearest; of equals the first', async t => {
  t.equal(nearestName('epoch', ['epic', 'epochs', 'epoche']), 'epochs')
  t.equal(nearestName('abcd', ['abce', 'abcf']), 'abce')
})

t.test('the end of an error', async t => {
  t.equal(didYouMean('digts', ['digits']), ' (did you mean "digits"?)')
  t.equal(didYouMean('something', ['digits']), '')
  t.equal(didYouMean('digits', []), '')
})
