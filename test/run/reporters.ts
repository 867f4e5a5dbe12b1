import type { FileResult } from './file.js'
import type { ReporterName } from './options.js'

export interface Totals {
  readonly files: number
  readonly passed: number
  readonly failed: number
  /** Names of files that failed. */
  readonly failures: readonly string[]
  /** Files that were left out because nothing has changed since they passed. */
  readonly unchanged: number
  readonly seconds: number
}

export interface Reporter {
  begin (): string
  file (name: string, result: FileResult): string
  end (totals: Totals): string
}

const describe = (name: string, { failed, passed, seconds }: FileResult) =>
  `${failed === 0 ? 'ok' : 'not ok'} ${name} # ${passed} passed in ${seconds.toFixed(1)} s\n`

/** Closes every report with a line that programs read: how many assertions there were, and how they ended. */
const closing = ({ passed, failed, unchanged, seconds }: Totals) =>
  (unchanged === 0 ? '' : `# ${unchanged} ${unchanged === 1 ? 'file' : 'files'} unchanged since passing: not run\n`) +
  `# time=${seconds.toFixed(0)} s\n` +
  `# { total: ${passed + failed}, pass: ${passed}${failed === 0 ? '' : `, fail: ${failed}`} }\n`

const withFailures = (totals: Totals) => totals.failures.map(name => `not ok ${name}\n`).join('') + closing(totals)

/** A line for each file, and whatever it has to say. */
const files: Reporter = {
  begin: () => '',
  file: (name, result) => describe(name, result) + (result.report === '' ? '' : `${result.report}\n`),
  end: withFailures,
}

/** Files that fail, and the count. */
const terse: Reporter = {
  begin: () => '',
  file: (name, result) => (result.failed === 0 ? '' : files.file(name, result)),
  end: withFailures,
}

/** TAP 14, each file a subtest, in the order in which they end. */
function createTapReporter (): Reporter {
  let count = 0
  return {
    begin: () => 'TAP version 14\n',
    file (name, { output, errors, failed, seconds }) {
      count++
      const lines = output.replace(/^TAP version \d+\n/, '').split('\n')
      const nested = lines.map(line => (line === '' ? '' : `    ${line}\n`)).join('')
      const point = `${failed === 0 ? 'ok' : 'not ok'} ${count} - ${name} # time=${(seconds * 1000).toFixed(0)}ms\n\n`
      return `${errors.replace(/^(?=.)/gm, '# ')}# Subtest: ${name}\n${nested}${point}`
    },
    end: totals => `1..${count}\n${closing(totals)}`,
  }
}

export function createReporter (name: ReporterName): Reporter {
  return name === 'tap' ? createTapReporter() : { files, terse }[name]
}
