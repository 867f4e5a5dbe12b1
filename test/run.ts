/**
 * `npm test [-- FILE or FOLDER…]`: runs the test files, all or those named, on the built sources, as many at a time as
 * there are processors, up to four.
 *
 * Why not tap's own runner: it starts each file under loaders (mocks, bookkeeping of processes), which with a loader of
 * TypeScript cost more than most of our files do. A file is still an ordinary tap test: `npx tap build && npx tap
 * test/models/format/card.test.ts` runs it on the sources as they are.
 */
import { availableParallelism } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileTests } from './run/compile.js'
import { runFile } from './run/file.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const compiled = compileTests(root).filter(file => file.endsWith('.test.js'))
const folder = join(root, '.cache/tests')
const nameOf = (file: string) => relative(folder, file).replace(/\.js$/, '.ts')
const named = process.argv.slice(2).map(argument => resolve(argument))
const scripts =
  named.length === 0
    ? compiled
    : compiled.filter(file =>
      named.some(path => path === join(root, nameOf(file)) || join(root, nameOf(file)).startsWith(path + sep))
    )

let passed = 0
let failed = 0
const failures: string[] = []
const started = performance.now()
const pending = scripts.values()

async function runPending (): Promise<void> {
  for (const script of pending) {
    const result = await runFile(script, root)
    passed += result.passed
    failed += result.failed
    if (result.failed > 0) failures.push(nameOf(script))
    console.log(
      `${result.failed === 0 ? 'ok' : 'not ok'} ${nameOf(script)} # ${result.passed} passed in ` +
        `${result.seconds.toFixed(1)} s`
    )
    if (result.report !== '') console.log(result.report)
  }
}

await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, runPending))
if (scripts.length === 0) failures.push(`no test file under ${process.argv.slice(2).join(' ')}`)
for (const failure of failures) console.log(`not ok ${failure}`)
console.log(`# time=${((performance.now() - started) / 1000).toFixed(0)} s`)
console.log(`# { total: ${passed + failed}, pass: ${passed}${failed === 0 ? '' : `, fail: ${failed}`} }`)
process.exitCode = failures.length === 0 ? 0 : 1
