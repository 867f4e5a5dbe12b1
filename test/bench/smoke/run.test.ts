import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { readBenchmarks } from './benchmarks.js'
import { EXPECTED } from './expected.js'
import { runSmoke } from './run.js'
import { patternOf, problemsOf, skippedIn } from './verdict.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

t.test('every benchmark of package.json has a smoke form, and none is left of one that is gone', async t => {
  const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { scripts: Record<string, string> }
  const names = readBenchmarks(root).map(({ name }) => name)
  t.strictSame(names.toSorted(), Object.keys(EXPECTED).toSorted())
  for (const name of names) t.ok(scripts[name]!.includes('node '), `${name} is a command of node`)
})

t.test('benchmarks are the scripts bench:… and figures, without the build before them', async t => {
  const folder = t.testdir({
    'package.json': JSON.stringify({
      scripts: {
        build: 'tsc -b',
        'bench:a': 'node a.ts',
        'bench:b': 'npm run --silent build && node b.ts',
        'bench:smoke': 'node smoke.ts',
        figures: 'node figures.ts',
      },
    }),
  })
  t.strictSame(readBenchmarks(folder), [
    { name: 'bench:a', command: 'node a.ts' },
    { name: 'bench:b', command: 'node b.ts' },
    { name: 'figures', command: 'node figures.ts' },
  ])
})

t.test('a line is found with numbers in the places of #, and not with what is none', async t => {
  const rows = patternOf('| a | # | #? |')
  t.match('| a | 1.5e-3 | – |', rows, 'a peer may have been skipped')
  t.match('first\n  | a |  −.07 | 12 |  \nlast', rows, 'spaces do not matter, nor what stands around the line')
  t.notMatch('| a | NaN | 1 |', rows)
  t.notMatch('| a | – | 1 |', rows, 'ours is never skipped')
  t.notMatch('| a | 1 | 2 | 3 |', rows, 'the whole line')
  t.match('…, 200: 31', patternOf('…200: #'))
})

const ended = { code: 0, signal: null }

t.test('what is wrong with a result', async t => {
  const expected = ['mean # ms']
  t.strictSame(problemsOf({ ...ended, stdout: 'mean 3.5 ms\n' }, expected), [])
  t.match(problemsOf({ ...ended, stdout: 'mean 3.5 ms\n' }, undefined), [/no smoke form/], 'a new benchmark')
  t.match(problemsOf({ ...ended, stdout: 'mean 3.5 ms\n' }, []), [/found none/], 'one of which nothing is asked')
  t.match(problemsOf({ ...ended, stdout: 'mean 3.5 ms\nworst Infinity ms\n' }, expected), [/found Infinity/])
  t.match(problemsOf({ ...ended, stdout: 'mean 3.5 ms\nFAULT  409\n' }, expected), [/found FAULT/])
  t.match(problemsOf({ code: 2, signal: null, stdout: 'mean 3.5 ms\n' }, expected), [/ended with 2/])
  t.strictSame(skippedIn('a\nPyTorch is skipped: no Python\n'), ['PyTorch (no Python)'])
})

t.test('a benchmark that prints nothing, crashes or is given another flag fails', async t => {
  const folder = t.testdir({
    'good.mjs': 'console.log(process.argv[2] === "--smoke" ? "mean 3 ms" : "a whole run")',
    'silent.mjs': '',
    'crashing.mjs': 'console.log("mean 3 ms"); throw new Error("broken")',
    'killed.mjs': 'console.log("mean 3 ms"); process.kill(process.pid, "SIGKILL")',
  })
  const smoke = (name: string) =>
    runSmoke({ name, command: `"${process.execPath}" ${name}.mjs` }, ['mean # ms'], folder)
  const good = await smoke('good')
  t.strictSame(good.problems, [], 'with --smoke')
  t.match(await smoke('silent'), { problems: [/expected a line like "mean # ms" but found none/] })
  t.match(await smoke('crashing'), { problems: [/ended with 1/], output: /broken/ })
  t.match(await smoke('killed'), { problems: [/ended with (137|SIGKILL)/] })
})
