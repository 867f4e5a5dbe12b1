import type { BenchmarkRun } from '../../benchmark/contestants.js'
import { MEASURES } from '../../benchmark/measures.js'
import type { RunResult } from '../../benchmark/results.js'
import { measuredAt } from '../../benchmark/summary.js'
import { formatDuration } from '../../foundation/duration.js'
import type { CliContext } from '../context.js'
import { displayPath } from './display-path.js'
import { createStatusLine } from './status-line.js'

export interface BenchmarkLines extends Pick<CliContext, 'stdout' | 'stderr' | 'directory'> {
  /** The benchmark's folder. */
  readonly place: string
  readonly runs: readonly BenchmarkRun[]
  /** Results there are already, by name of the run. */
  readonly done: ReadonlyMap<string, RunResult>
}

/** Writes a line for each run that is over; on a terminal also one of the run under way, and when all will be over. */
export function benchmarkLines ({ stdout, stderr, directory, place, runs, done }: BenchmarkLines) {
  const status = createStatusLine(stderr)
  const started = performance.now()
  const open = new Set(runs.map(({ name }) => name).filter(name => !done.has(name)))
  const left = open.size
  const over = runs.length - left
  stderr.write(`benchmark: ${displayPath(directory, place)}, ${over} of ${runs.length} runs are done\n`)
  const width = Math.max(...runs.map(({ name }) => name.length))
  /** Of a whole run's time the share of the run under way; measuring is not known before it is over. */
  const eta = (share: number) => {
    const finished = left - open.size + share
    if (finished < 0.02) return ''
    return ` (ETA ${formatDuration((performance.now() - started) / 1000 * (left - finished) / finished)})`
  }
  return {
    onProgress (run: BenchmarkRun, share: number | undefined) {
      const what = share === undefined ? 'measuring' : `${Math.floor(100 * share)}% trained`
      status.show(`${runs.length - open.size} of ${runs.length} runs${eta(share ?? 1)}; ${run.name}: ${what}`)
    },
    onResult (result: RunResult) {
      open.delete(result.run)
      status.clear()
      const { seconds } = result
      const measuring = seconds.measuring === undefined ? '' : ` + ${formatDuration(seconds.measuring)}`
      const cost = `${formatDuration(seconds.training)}${measuring}`.padStart(14)
      stdout.write(`${result.run.padEnd(width)}  ${cost}  ${result.error ?? describe(result)}\n`)
      if (stderr.isTTY !== true && open.size > 0) stderr.write(`${open.size} runs left${eta(0)}\n`)
    },
    end () {
      status.clear()
    },
  }
}

function describe ({ metrics }: RunResult): string {
  return MEASURES.filter(({ isHeadline }) => isHeadline).flatMap(measure => {
    const value = measuredAt(metrics, measure)
    return value === undefined ? [] : [`${measure.name} ${value.toFixed(measure.digits)}`]
  }).join('  ')
}
