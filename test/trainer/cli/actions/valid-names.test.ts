import t from 'tap'
import { withValidNames } from '../../../../trainer/cli/actions/valid-names.js'

t.test('names that are not valid become so, and that is told', async t => {
  let stderr = ''
  const context = { stderr: { write (text: string) { stderr += text } } }
  t.strictSame(withValidNames({ name: 'My_Run', run: 'my-run', other: 1 }, context), {
    name: 'my-run',
    run: 'my-run',
    other: 1,
  })
  t.equal(stderr, '--name My_Run: taken as my-run (names have small letters, digits and dashes)\n')
  t.strictSame(withValidNames({ name: '_' }, context), { name: '_' })
  t.strictSame(withValidNames({}, context), {})
})
