import { join, relative, resolve, sep } from 'node:path'
import { createFingerprints } from './changes.js'
import { compileTests } from './compile.js'
import { runFile } from './file.js'
import type { RunOptions } from './options.js'
import { readRecord, writeRecord } from './record.js'
import { createReporter } from './reporters.js'

export interface RunPlace {
  /** Of the project: its tests are in test/. */
  readonly root: string
  /** That the named paths are relative to. */
  readonly directory: string
  readonly print: (text: string) => void
}

/**
 * Runs test files, those that took longest last time first, so that none is left running alone in the end.
 * @returns whether all passed; false also where a named path has no test
 */
export async function runTests (
  { paths, bail, reporter: reporterName, jobs, onlyChanged, list }: Omit<RunOptions, 'help'>,
  { root, directory, print }: RunPlace
): Promise<boolean> {
  const folder = join(root, '.cache/tests')
  const scripts = new Map(
    compileTests(root)
      .filter(file => file.endsWith('.test.js'))
      .map(script => [relative(folder, script).replace(/\.js$/, '.ts').replaceAll(sep, '/'), script])
  )
  const named = paths.map(path => resolve(directory, path))
  const isUnder = (file: string, path: string) => file === path || file.startsWith(path + sep)
  const chosen = [...scripts.keys()]
    .filter(name => named.length === 0 || named.some(path => isUnder(resolve(root, name), path)))
  if (chosen.length === 0 && named.length === 0) throw new Error(`expected files test/**/*.test.ts in ${root} but found none`)
  const without = paths.filter((_, i) => !chosen.some(name => isUnder(resolve(root, name), named[i]!)))

  const record = readRecord(root)
  for (const name of record.keys()) if (!scripts.has(name)) record.delete(name)
  const fingerprint = createFingerprints(root)
  const hasChanged = (name: string) => {
    const passed = record.get(name)?.passed ?? null
    return passed === null || passed !== fingerprint(name)
  }
  const wanted = onlyChanged ? chosen.filter(hasChanged) : chosen
  const pending = wanted.sort((a, b) => (record.get(b)?.seconds ?? Infinity) - (record.get(a)?.seconds ?? Infinity))
  if (list) {
    print(wanted.toSorted().map(name => `${name}\n`).join(''))
    return without.length === 0
  }

  const reporter = createReporter(reporterName)
  const failures = without.map(path => `no test file under ${path}`)
  const stop = new AbortController()
  const started = performance.now()
  let [passed, failed, files] = [0, 0, 0]
  const runPending = async () => {
    for (let name = pending.shift(); name !== undefined && !stop.signal.aborted; name = pending.shift()) {
      // Taken before it runs: a change meanwhile is one that it has not seen.
      const before = fingerprint(name)
      const result = await runFile(scripts.get(name)!, root, stop.signal)
      if (stop.signal.aborted) return
      files++
      passed += result.passed
      failed += result.failed
      record.set(name, { seconds: result.seconds, passed: result.failed === 0 ? before : null })
      print(reporter.file(name, result))
      if (result.failed === 0) continue
      failures.push(name)
      if (bail) stop.abort()
    }
  }
  print(reporter.begin())
  await Promise.all(Array.from({ length: jobs }, runPending))
  writeRecord(root, record)
  const seconds = (performance.now() - started) / 1000
  print(reporter.end({ files, passed, failed, failures, unchanged: chosen.length - wanted.length, seconds }))
  return failures.length === 0
}
