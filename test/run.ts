/**
 * `npm test [-- options] [FILE or FOLDER…]`: runs the test files, all or those named, on the built sources
 * (`npm test -- --help` lists the options).
 *
 * Why not tap's own runner: it starts each file under hooks that keep books of processes and modules, which cost more
 * than most of our files do. The same 29 small files as JavaScript, on the same sources, took 73 CPU seconds with
 * `tap run` (21.8, without coverage and six of its plugins, the compiler of TypeScript among them) and 31 with this
 * one; 14 since it loads tap as one module and the build does so with TypeBox. A file is still an ordinary tap test.
 */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { bundleTap } from './run/bundle-tap.js'
import { parseOptions, USAGE } from './run/options.js'
import { runTests } from './run/run-tests.js'

try {
  const { help, ...options } = parseOptions(process.argv.slice(2), availableParallelism())
  if (help) process.stdout.write(USAGE)
  else {
    const root = fileURLToPath(new URL('..', import.meta.url))
    bundleTap(root)
    const print = (text: string) => { process.stdout.write(text) }
    process.exitCode = await runTests(options, { root, directory: process.cwd(), print }) ? 0 : 1
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 2
}
