import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Benchmark {
  /** Of its script, such as `bench:serve`. */
  readonly name: string
  /** Its command without the build before it. */
  readonly command: string
}

/** The command that runs all the others. */
const RUNNER = 'bench:smoke'
const BUILD = 'npm run --silent build && '

/** Reads the benchmarks of the project in `root`: the scripts of its package.json called `bench:…`, and `figures`. */
export function readBenchmarks (root: string): Benchmark[] {
  const text = readFileSync(join(root, 'package.json'), 'utf8')
  const { scripts } = JSON.parse(text) as { scripts: Record<string, string> }
  return Object.entries(scripts)
    .filter(([name]) => (name.startsWith('bench:') || name === 'figures') && name !== RUNNER)
    .map(([name, script]) => ({ name, command: script.startsWith(BUILD) ? script.slice(BUILD.length) : script }))
}
