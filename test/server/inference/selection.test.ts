import t from 'tap'
import { parseSelection, SELECTION_PATTERN, selectModels } from '../../../server/inference/selection.js'

const listing = [{ name: 'mnist', versions: [1, 2, 3] }, { name: 'faces', versions: [1] }]

t.test('names and versions, or everything', async t => {
  t.strictSame(parseSelection(''), [])
  t.strictSame(parseSelection('mnist:1,mnist:3,faces'), [{ name: 'mnist', version: 1 }, { name: 'mnist', version: 3 }, { name: 'faces', version: undefined }])
  t.strictSame(selectModels(listing, []), { chosen: listing, missing: [] })
  t.strictSame(selectModels(listing, parseSelection('mnist:1,mnist:3,faces')), { chosen: [{ name: 'mnist', versions: [1, 3] }, { name: 'faces', versions: [1] }], missing: [] })
})

t.test('what is not there is named', async t => {
  t.strictSame(selectModels(listing, parseSelection('mnist:9,digits,digits:2,faces:1')), { chosen: [{ name: 'faces', versions: [1] }], missing: ['mnist:9', 'digits', 'digits:2'] })
})

t.test('the pattern admits that and nothing else', async t => {
  const pattern = new RegExp(SELECTION_PATTERN)
  for (const good of ['', 'mnist', 'mnist:1', 'a-1:12,b', 'a:999999999999999']) t.match(good, pattern, good)
  for (const bad of [',', 'mnist,', 'mnist:', 'mnist:0', 'mnist:01', 'mnist:v1', 'Mnist', 'a b', 'a/b', 'a:1:2', '../a', 'a:1234567890123456']) t.notMatch(bad, pattern, bad)
})
