import t from 'tap'
import { compareNumber, matcherOf, parseConditions, splitConditions } from '../../../collections/search/condition.js'
import { createRandom } from '../../helpers/linear-model.js'

const columns = [{ name: 'split', type: 'text' }, { name: 'age in days', type: 'number' }] as const

t.test('conditions in text', t => {
  const texts = ['split = test', 'split!=', 'age in days>=3.5', 'age in days<-1', 'file=a/*.png']
  t.strictSame(parseConditions(texts, columns), [
    { column: 'split', operator: '=', text: 'test' },
    { column: 'split', operator: '!=', text: '' },
    { column: 'age in days', operator: '>=', number: 3.5 },
    { column: 'age in days', operator: '<', number: -1 },
    { column: 'file', operator: '=', glob: 'a/*.png' },
  ])
  t.strictSame(parseConditions(['split=a=b<c'], columns), [{ column: 'split', operator: '=', text: 'a=b<c' }])
  const refused = (text: string, message: RegExp) =>
    t.throws(() => parseConditions([text], columns), { code: 'PVAE_INVALID_PARAMETER', message }, text)
  refused('split', /COLUMN OPERATOR VALUE, with one of != <= >= = < > for where/)
  refused('=test', /COLUMN OPERATOR VALUE/)
  refused('splits=test', /one of file, split, age in days for a column of where.*did you mean "split"/)
  refused('split<test', /= or != for where split, a column of text/)
  refused('file>a', /= or != for where file/)
  refused('age in days=old', /a number for where age in days, a column of numbers but found "old"/)
  t.end()
})

t.test('numbers are compared, and what is missing fulfils nothing', t => {
  const fulfilled = (operator: Parameters<typeof compareNumber>[1]) =>
    [1, 2, 3, NaN].filter(value => compareNumber(value, operator, 2))
  t.strictSame(fulfilled('='), [2])
  t.strictSame(fulfilled('!='), [1, 3])
  t.strictSame(fulfilled('<'), [1])
  t.strictSame(fulfilled('<='), [1, 2])
  t.strictSame(fulfilled('>'), [3])
  t.strictSame(fulfilled('>='), [2, 3])
  t.end()
})

t.test('several conditions between commas', t => {
  t.strictSame(splitConditions('split=test,age>=3'), ['split=test', 'age>=3'])
  t.strictSame(splitConditions('name=Doe\\, Jane,age>=3'), ['name=Doe, Jane', 'age>=3'])
  t.end()
})

t.test('patterns of file names', t => {
  const matches = (glob: string, texts: string[]) => texts.filter(matcherOf(glob))
  t.strictSame(matches('a.png', ['a.png', 'a.png2', 'aXpng']), ['a.png'])
  t.strictSame(matches('a/*', ['a/', 'a/b/c', 'b/a/']), ['a/', 'a/b/c'])
  const found = ['b1.png', 'a/b\n.png', 'b😀.png']
  t.strictSame(matches('*b?.png', [...found, 'ab.png', 'b1.png.png']), found)
  t.strictSame(matches('(a)+[b]*.p', ['(a)+[b].p', 'aab.p']), ['(a)+[b].p'])
  t.strictSame(matches('', ['', 'a']), [''])
  t.end()
})

t.test('patterns mean what the same regular expressions mean', t => {
  const random = createRandom(5)
  const word = (letters: string, most: number) =>
    Array.from({ length: Math.floor(random() * most) }, () => letters[Math.floor(random() * letters.length)]).join('')
  const [globs, texts] = [
    Array.from({ length: 300 }, () => word('ab*?', 8)), Array.from({ length: 100 }, () => word('ab', 9)),
  ]
  const differing = globs.filter(glob => {
    const expression = new RegExp(`^${glob.replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 's')
    const matches = matcherOf(glob)
    return texts.some(text => matches(text) !== expression.test(text))
  })
  t.strictSame(differing, [])
  t.end()
})

t.test('a pattern of many stars is no way to keep a thread busy', t => {
  // A regular expression would try for longer than anybody waits.
  t.notOk(matcherOf(`${'*a'.repeat(40)}*b`)('a'.repeat(4000)))
  t.end()
})
