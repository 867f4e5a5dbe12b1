import t from 'tap'
import { MODEL_NAME_PATTERN } from '@partition-vae/models'
import { validNameOf } from '../../../trainer/config/valid-name.js'

t.test('what is valid stays, and anything else becomes so', async t => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['mnist', 'mnist'],
    ['a--b-', 'a--b-'],
    ['My_Run', 'my-run'],
    ['My Run 2.0', 'my-run-2-0'],
    ['Café Ü', 'cafe-u'],
    ['__x__', 'x'],
    ['ﬁne', 'fine'],
    [`${'long_'.repeat(20)}`, 'long-'.repeat(20).slice(0, 64)],
  ]
  for (const [text, name] of cases) {
    t.equal(validNameOf(text), name.replace(/-+$/, text === name ? '$&' : ''), text)
    t.match(validNameOf(text), new RegExp(MODEL_NAME_PATTERN))
  }
  for (const text of ['', '_', '東京', '---', 'a/b', '../up', 'a\\b']) t.equal(validNameOf(text), undefined, text)
})
