import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Parser } from 'tap-parser'
import { runTests } from './run-tests.js'

// What tap would print: loading it takes longer than all else here.
const GOOD = 'console.log("TAP version 14\\nok 1 - one\\nok 2 - another\\n1..2")\n'
const BAD = 'console.log("TAP version 14\\nnot ok 1 - of course\\n1..1")\nprocess.exitCode = 1\n'

/** A project with tests in a/ and b/, and a function that runs them. */
function createProject (t: Test, files: { readonly bad?: boolean } = {}) {
  const root = t.testdir({
    'package.json': '{"type": "module"}',
    trainer: { 'sum.ts': 'export const sum = 3\n', dist: { 'sum.js': 'export const sum = 3\n' } },
    test: {
      a: { 'one.test.ts': `import "../../trainer/sum.js"\n${GOOD}`, 'two.test.ts': GOOD },
      b: { 'three.test.ts': files.bad === true ? BAD : GOOD },
    },
  })
  const defaults = { paths: [], bail: false, reporter: 'files', jobs: 1, onlyChanged: false, list: false } as const
  return {
    root,
    async run (options: Partial<Parameters<typeof runTests>[0]> = {}) {
      let printed = ''
      const print = (text: string) => { printed += text }
      const passed = await runTests({ ...defaults, ...options }, { root, directory: join(root, 'test'), print })
      return { passed, printed, ran: [...printed.matchAll(/^ok (\S+\.ts) #/gm)].map(([, name]) => name).sort() }
    },
  }
}

t.test('all files, or those of folders and names', async t => {
  const { run } = createProject(t)
  const all = await run({ jobs: 2 })
  t.ok(all.passed)
  t.strictSame(all.ran, ['test/a/one.test.ts', 'test/a/two.test.ts', 'test/b/three.test.ts'])
  t.match(all.printed, /\n# \{ total: 6, pass: 6 \}\n$/)
  t.strictSame((await run({ paths: ['a'] })).ran, ['test/a/one.test.ts', 'test/a/two.test.ts'])
  t.strictSame((await run({ paths: ['b/three.test.ts', 'a/two.test.ts'], list: true })).printed.split('\n'), [
    'test/a/two.test.ts', 'test/b/three.test.ts', '',
  ])
  const missing = await run({ paths: ['a/two.test.ts', 'c'] })
  t.notOk(missing.passed)
  t.match(missing.printed, /^not ok no test file under c$/m)
})

t.test('a failure is named again in the end; with bail it is the last that runs', async t => {
  const { run } = createProject(t, { bad: true })
  const whole = await run()
  t.notOk(whole.passed)
  t.match(whole.printed, /^not ok test\/b\/three\.test\.ts # 0 passed[^]*\nnot ok test\/b\/three\.test\.ts\n# time=/m)
  t.match(whole.printed, /# \{ total: 5, pass: 4, fail: 1 \}\n$/)
  t.equal(whole.ran.length, 2, 'the others run')
  // Files that took longest come first, so let that be the bad one.
  const { root, run: again } = createProject(t, { bad: true })
  const ofOther = { seconds: 1, passed: null }
  const record = {
    'test/a/one.test.ts': ofOther, 'test/a/two.test.ts': ofOther, 'test/b/three.test.ts': { ...ofOther, seconds: 9 },
  }
  await again({ list: true })
  writeFileSync(join(root, '.cache/tests/last-run.json'), JSON.stringify(record))
  const bailed = await again({ bail: true })
  t.notOk(bailed.passed)
  t.strictSame(bailed.ran, [])
  t.match(bailed.printed, /# \{ total: 1, pass: 0, fail: 1 \}\n$/)
})

t.test('only what changed: nothing after passing, then what imports a changed file, and what failed', async t => {
  const { root, run } = createProject(t)
  t.equal((await run({ onlyChanged: true })).ran.length, 3, 'none has passed yet')
  const unchanged = await run({ onlyChanged: true })
  t.ok(unchanged.passed)
  t.strictSame(unchanged.ran, [])
  t.match(unchanged.printed, /^# 3 files unchanged since passing: not run$/m)
  writeFileSync(join(root, 'trainer/sum.ts'), 'export const sum = 1 + 2\n')
  t.strictSame((await run({ onlyChanged: true })).ran, ['test/a/one.test.ts'])
  writeFileSync(join(root, 'test/a/two.test.ts'), BAD)
  t.notOk((await run({ onlyChanged: true })).passed)
  t.notOk((await run({ onlyChanged: true })).passed, 'what failed is run again')
})

t.test('reporters: terse says nothing of files that pass, tap is TAP with a subtest for each file', async t => {
  const { run } = createProject(t, { bad: true })
  const terse = (await run({ reporter: 'terse' })).printed
  t.notMatch(terse, 'a/one.test.ts')
  t.match(terse, /not ok 1 - of course/)
  const { printed } = await run({ reporter: 'tap' })
  const points: string[] = []
  const parser = new Parser()
  parser.on('assert', ({ name, ok }) => points.push(`${ok ? 'ok' : 'not ok'} ${name}`))
  parser.end(printed)
  t.strictSame(points.sort(), ['not ok test/b/three.test.ts', 'ok test/a/one.test.ts', 'ok test/a/two.test.ts'])
  t.equal(parser.results!.plan.end, 3)
  t.match(printed, /# \{ total: 5, pass: 4, fail: 1 \}\n$/, 'the count is a comment')
})

t.test('a record that is damaged is none', async t => {
  const { root, run } = createProject(t)
  await run({ list: true })
  writeFileSync(join(root, '.cache/tests/last-run.json'), '{')
  t.equal((await run({ onlyChanged: true })).ran.length, 3)
  t.match(JSON.parse(readFileSync(join(root, '.cache/tests/last-run.json'), 'utf8')), {
    'test/a/one.test.ts': { seconds: Number, passed: String },
  })
})
