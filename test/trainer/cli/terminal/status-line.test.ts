import t from 'tap'
import { createStageLine, createStatusLine } from '../../../../trainer/cli/terminal/status-line.js'

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

t.test('a stage tells what is measured, its own time left, and how much is done in its unit', async t => {
  const shown: string[] = []
  let now = 0
  const tell = createStageLine({ show: text => shown.push(text), clear () {} }, () => now)
  tell('reconstruction and KL', 256, 1024, 'images')
  now += 1000
  tell('reconstruction and KL', 512, 1024, 'images')
  tell('classes in partitions', 0, 1, 'parts')
  now += 100
  tell('objects', 128, 512, 'images')
  now += 2000
  tell('objects', 384, 512, 'images')
  t.strictSame(shown, [
    'measuring reconstruction and KL: 256 of 1024 images',
    'measuring (ETA 0:02) reconstruction and KL: 512 of 1024 images',
    'measuring classes in partitions',
    'measuring objects: 128 of 512 images',
    'measuring (ETA 0:01) objects: 384 of 512 images',
  ])
})
