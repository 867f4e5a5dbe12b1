/**
 * `npm run bench:smoke [-- NAME…]`: runs every benchmark of package.json with tiny inputs (`--smoke`), one after the
 * other, and checks that it ends well and prints its results in finite numbers. Ends with 1 where one does not. A peer
 * that is not installed is named with the reason. Names such as `bench:serve` choose some.
 */
import { fileURLToPath } from 'node:url'
import { measureTree } from './serve/tree.js'
import { readBenchmarks } from './smoke/benchmarks.js'
import { EXPECTED } from './smoke/expected.js'
import { runSmoke } from './smoke/run.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const benchmarks = readBenchmarks(root)
const named = process.argv.slice(2)
const chosen = named.length === 0 ? benchmarks : benchmarks.filter(({ name }) => named.includes(name))
const failures: string[] = []
const started = performance.now()
/** Of this process and those it started that have ended. */
const cpuSeconds = () => measureTree(process.pid)?.cpu ?? NaN

let before = cpuSeconds()
for (const benchmark of chosen) {
  const { name, seconds, problems, skipped, output } = await runSmoke(benchmark, EXPECTED[benchmark.name], root)
  const after = cpuSeconds()
  const cost = `${seconds.toFixed(1)} s${Number.isNaN(after) ? '' : `, ${(after - before).toFixed(1)} s of CPU`}`
  before = after
  const notes = skipped.length === 0 ? '' : `; not run: ${skipped.join(', ')}`
  console.log(`${problems.length === 0 ? 'ok' : 'not ok'} ${name} # ${cost}${notes}`)
  if (problems.length === 0) continue
  failures.push(name)
  console.log(output + problems.map(problem => `${name}: ${problem}\n`).join(''))
}
for (const name of named.filter(name => !benchmarks.some(benchmark => benchmark.name === name))) {
  failures.push(name)
  console.log(`not ok ${name} # there is no such benchmark in package.json`)
}
// What a benchmark was called before it was renamed or left.
for (const name of Object.keys(EXPECTED).filter(name => !benchmarks.some(benchmark => benchmark.name === name))) {
  failures.push(name)
  console.log(`not ok ${name} # test/bench/smoke/expected.ts has lines for it, but package.json has no such benchmark`)
}
for (const name of failures) console.log(`not ok ${name}`)
const total = chosen.length + failures.filter(name => !chosen.some(benchmark => benchmark.name === name)).length
const passed = total - failures.length
console.log(`# time=${((performance.now() - started) / 1000).toFixed(0)} s, ${cpuSeconds().toFixed(0)} s of CPU`)
console.log(`# { total: ${total}, pass: ${passed}${failures.length === 0 ? '' : `, fail: ${failures.length}`} }`)
process.exitCode = failures.length === 0 && total > 0 ? 0 : 1
