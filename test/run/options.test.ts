import t from 'tap'
import { parseOptions } from './options.js'

const none = { paths: [], bail: false, reporter: 'files', jobs: 2, onlyChanged: false, list: false, help: false }

t.test('everything is left to its default, or said in full or by a letter', async t => {
  t.strictSame(parseOptions([], 2), none)
  t.equal(parseOptions([], 16).jobs, 4, 'four at a time on large machines')
  const asked = { ...none, bail: true, reporter: 'tap', jobs: 3, onlyChanged: true, paths: ['a.test.ts', 'b'] }
  t.strictSame(
    parseOptions(['a.test.ts', '--bail', '--reporter', 'tap', '--jobs=3', '--only-changed', 'b'], 2), asked, 'in full'
  )
  t.strictSame(parseOptions(['-bn', '-Rtap', '-j3', 'a.test.ts', 'b'], 2), asked, 'by letters')
  t.match(parseOptions(['-h', '-l'], 2), { help: true, list: true })
})

t.test('what is unknown or no number is refused', async t => {
  t.throws(() => parseOptions(['--fail-fast'], 2), /Unknown option '--fail-fast'/)
  t.throws(() => parseOptions(['-R', 'dot'], 2), /expected one of files, terse, tap for --reporter but received "dot"/)
  t.throws(() => parseOptions(['-j', '0'], 2), /expected a positive integer for --jobs but received "0"/)
})
