import t from 'tap'
import { createStatusLine } from '../../../trainer/cli/status-line.js'

t.test('on a terminal: drawn ten times a second at most, cut to the width, gone at the end', async t => {
  let now = 0
  const written: string[] = []
  const status = createStatusLine({ isTTY: true, columns: 24, write: text => written.push(text) }, () => now)
  status.clear()
  status.show('one')
  now += 50
  status.show('two')
  now += 60
  status.show('three is a longer line than the terminal is wide')
  status.clear()
  status.clear()
  t.strictSame(written, ['\rone\x1b[K', '\rthree is a longer line \x1b[K', '\r\x1b[K'])
  const wide: string[] = []
  createStatusLine({ isTTY: true, write: text => wide.push(text) }).show('x'.repeat(100))
  t.equal(wide[0], `\r${'x'.repeat(79)}\x1b[K`)
})

t.test('elsewhere: nothing', async t => {
  const written: string[] = []
  const status = createStatusLine({ write: text => written.push(text) })
  status.show('one')
  status.clear()
  t.strictSame(written, [])
})
