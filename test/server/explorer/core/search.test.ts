import t from 'tap'
import {
  baseName, plainSearch, readSearch, splitConditions, writeDistance, writeSearch, writeWeight,
} from '../../../../server/explorer/core/search.js'

const partitions = [{ name: 'pose', size: 2, offset: 0 }, { name: 'style', size: 3, offset: 2 }]

t.test('a link has what was changed, and nothing where nothing was', async t => {
  t.equal(writeSearch(plainSearch(partitions)), undefined)
  t.strictSame(readSearch(undefined, partitions), plainSearch(partitions))
  const search = { weights: [1, -0.25], count: 48, where: 'split=test, file=~a*.png' }
  t.equal(writeSearch(search), '100.-25~48~split=test, file=~a*.png')
  t.strictSame(readSearch(writeSearch(search), partitions), search)
  for (const change of [{ weights: [1, 0] }, { count: 12 }, { where: 'a=1' }]) {
    const changed = { ...plainSearch(partitions), ...change }
    t.strictSame(readSearch(writeSearch(changed), partitions), changed, `${Object.keys(change)} alone`)
  }
})

t.test('what is no search of this model is taken for nothing', async t => {
  for (const text of ['', 'unit', '100~24~', '100.100.100~24~', '100.101~24~', '100.100~25~', '100.x~24~', '1.5~24']) {
    t.strictSame(readSearch(text, partitions), plainSearch(partitions), text)
  }
})

t.test('conditions are split at commas that are not behind a backslash', async t => {
  t.strictSame(splitConditions('split=test, age>=3'), ['split=test', 'age>=3'])
  t.strictSame(splitConditions('title=a\\, b,age>3'), ['title=a, b', 'age>3'])
  t.strictSame(splitConditions(' , '), [])
})

t.test('numbers as people read them', async t => {
  t.strictSame([1, -0.25, 0.30000000000000004, 0].map(writeWeight), ['1', '−0.25', '0.3', '0'])
  t.strictSame([0, 2e-9, -0.0123, 0.5, 12, 1234.5].map(writeDistance), ['0', '0', '−0.0123', '0.500', '12.0', '1235'])
})

t.test('names of files', async t => {
  t.strictSame(['a/b c.png', 'c:\\d\\e.png', 'f.png', 'g/h/'].map(baseName), ['b c.png', 'e.png', 'f.png', 'h'])
})
