import { join } from 'node:path'
import t from 'tap'
import { countAssertions, runFile, timeLimit } from './file.js'

const directory = process.cwd()

t.test('a file passes if its process does and all it planned was asserted', async t => {
  const folder = t.testdir({
    'good.mjs':
      'import t from "tap"\nt.test("two", async t => { t.ok(true); t.test("deeper", async t => t.ok(true)) ' +
        '})\nt.ok(true)',
    'bad.mjs': 'import t from "tap"\nt.test("two", async t => { t.ok(true, "fine"); t.equal(1, 2, "one is two") })',
    'ends.mjs': 'import t from "tap"\nt.ok(true)\nprocess.exit(3)',
    'killed.mjs':
      'import t from "tap"\nt.ok(true)\nprocess.kill(process.pid, "SIGKILL")\nawait new Promise(resolve => ' +
        'setTimeout(resolve, 1000))',
    'torn.mjs': 'console.log("TAP version 14\\n1..2\\nok 1 - one of two")',
    'empty.mjs': 'console.error("a warning")',
  })
  const run = (name: string) => runFile(join(folder, name), directory)
  t.match(await run('good.mjs'), { passed: 3, failed: 0, report: /^$/ })
  const bad = await run('bad.mjs')
  t.match(bad, { passed: 1, failed: 1, report: /not ok 2 - one is two\n[^]*bad\.mjs exited with 1\n$/ })
  t.notMatch(bad.report, /ok 1 - fine/)
  t.match(bad.report, /lineNumber: 2/, 'where')
  t.match(await run('ends.mjs'), { failed: 1, report: /exited with 3/ })
  t.match(await run('killed.mjs'), { failed: 1, report: /was ended by SIGKILL/ })
  t.match(await run('torn.mjs'), { passed: 1, failed: 1, report: /asserted nothing, or not all that it planned/ })
  t.match(await run('empty.mjs'), { passed: 0, failed: 1, report: /^a warning\n[^]*asserted nothing/ })
})

t.test('assertions are counted one by one', async t => {
  t.strictSame(
    countAssertions(
      'TAP version 14\n# Subtest: a\n    ok 1 - x\n    not ok 2 - y\n    1..2\nnot ok 1 - a\nok 2 - z\nok 3 - w # ' +
        'SKIP not here\n1..3\n'
    ),
    { passed: 2, failed: 1, complete: true }
  )
  t.strictSame(countAssertions('TAP version 14\n1..0\n'), { passed: 0, failed: 0, complete: false })
})

t.test('a file has longer where processes share processors', async t => {
  t.equal(timeLimit(0.1, 2), timeLimit(2, 2), 'one for each')
  t.equal(timeLimit(8, 2), 4 * timeLimit(2, 2), 'four for each')
})
