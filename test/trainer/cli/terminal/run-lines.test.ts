import t from 'tap'
import { runLines } from '../../../../trainer/cli/terminal/run-lines.js'

t.test('a terminal shows what is measured, and nothing of it stays', async t => {
  const written: string[] = []
  const stderr = { isTTY: true, columns: 80, write: (text: string) => written.push(text) }
  const lines = runLines({ stdout: { write () {} }, stderr, directory: '/work' })
  lines.onMeasuring!('swap effect', 0, 40, 'images')
  lines.onMeasuringEnd!()
  t.strictSame(written, ['\rmeasuring swap effect: 0 of 40 images\x1b[K', '\r\x1b[K'])
})

t.test('a log gets no line of what is measured', async t => {
  const written: string[] = []
  const stderr = { write: (text: string) => written.push(text) }
  const lines = runLines({ stdout: { write () {} }, stderr, directory: '/work' })
  lines.onMeasuring!('swap effect', 0, 40, 'images')
  lines.onMeasuringEnd!()
  t.strictSame(written, [])
})
