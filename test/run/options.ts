import { parseArgs } from 'node:util'

export const REPORTERS = ['files', 'terse', 'tap'] as const
export type ReporterName = typeof REPORTERS[number]

export interface RunOptions {
  /** Files or folders, as they were written; empty for all. */
  readonly paths: readonly string[]
  /** Stop at the first file that fails. */
  readonly bail: boolean
  readonly reporter: ReporterName
  /** Files at a time. */
  readonly jobs: number
  /** Leave out files that passed and have not changed since, nor what they import. */
  readonly onlyChanged: boolean
  /** Name the files and run none. */
  readonly list: boolean
  readonly help: boolean
}

export const USAGE = `npm test -- [options] [FILE or FOLDER…]

Runs test files, all or those named, on the built sources.

  -b, --bail           stop at the first file that fails
  -R, --reporter NAME  files (default): a line for each; terse: failures and the count; tap: TAP for other tools
  -n, --only-changed   leave out files that passed and have not changed since, nor what they import
  -j, --jobs N         files at a time (default: one for each processor, up to four)
  -l, --list           name the files and run none
  -h, --help           this

One file on the sources as they are, without a build:
  node --conditions=partition-vae-source --import=tsx FILE
`

/**
 * Reads the command line of the runner.
 * @param processors of this machine, for the default of --jobs
 * @throws an error that says what was expected, for anything unknown
 */
export function parseOptions (argv: readonly string[], processors: number): RunOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      bail: { type: 'boolean', short: 'b', default: false },
      reporter: { type: 'string', short: 'R', default: 'files' },
      'only-changed': { type: 'boolean', short: 'n', default: false },
      jobs: { type: 'string', short: 'j', default: String(Math.min(4, processors)) },
      list: { type: 'boolean', short: 'l', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const reporter = REPORTERS.find(name => name === values.reporter)
  if (reporter === undefined) {
    throw new RangeError(`expected one of ${REPORTERS.join(', ')} for --reporter but received "${values.reporter}"`)
  }
  const jobs = Number(values.jobs)
  if (!Number.isSafeInteger(jobs) || jobs < 1) {
    throw new RangeError(`expected a positive integer for --jobs but received "${values.jobs}"`)
  }
  const { bail, list, help } = values
  return { paths: positionals, bail, reporter, jobs, onlyChanged: values['only-changed'], list, help }
}
