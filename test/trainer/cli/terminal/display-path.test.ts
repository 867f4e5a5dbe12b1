import t from 'tap'
import { displayPath } from '../../../../trainer/cli/terminal/display-path.js'

t.test('paths are shown as one would type them', async t => {
  t.equal(displayPath('/a/b', '/a/b/c/d'), 'c/d')
  t.equal(displayPath('/a/b', '/a/b'), '.')
  t.equal(displayPath('/a/b', '/a/c'), '/a/c')
})
