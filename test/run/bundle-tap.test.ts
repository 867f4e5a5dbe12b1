import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { bundleTap } from './bundle-tap.js'

const FINE = `import t from 'tap'
t.match(t.testdir({ a: 'b' }), 'fine')
t.matchOnly({ a: 1 }, { a: Number })
`
const BAD = `import t, { Test } from 'tap'
t.type(t, Test)
t.test('a subtest', async t => t.strictSame({ a: 1 }, { a: 2 }, 'alike'))
`

t.test('tests beside it find tap as one module, with all its assertions and where they failed', async t => {
  const root = t.testdir({
    'package.json': '{"type": "module"}', '.cache': { tests: { 'fine.js': FINE, 'bad.js': BAD } },
  })
  bundleTap(root)
  const bundle = join(root, '.cache/tests/node_modules/tap/node_modules/@tapjs/bundle.mjs')
  const { importedFiles } = ts.preProcessFile(readFileSync(bundle, 'utf8'))
  const foreign = importedFiles.map(({ fileName }) => fileName).filter(name => /^(@tapjs|tap|tcompare)/.test(name))
  t.strictSame(foreign, [], 'it reads nothing of tap from elsewhere')
  const run = (name: string) => spawnSync(process.execPath, [join(root, '.cache/tests', name)], {
    cwd: root, encoding: 'utf8', env: { ...process.env, TAP: '1' },
  })
  const fine = run('fine.js')
  t.equal(fine.status, 0, fine.stdout + fine.stderr)
  const bad = run('bad.js')
  t.equal(bad.status, 1)
  t.match(bad.stdout, /not ok 1 - alike[^]*\n +- {2}"a": 2,\n +\+ {2}"a": 1,\n/)
  t.strictSame([...bad.stdout.matchAll(/lineNumber: (\d+)/g)].map(([, line]) => line), ['3', '3'], 'of assertion and test')
  const before = statSync(bundle)
  bundleTap(root)
  t.equal(statSync(bundle).ino, before.ino, 'it is kept while the version stays')
})
