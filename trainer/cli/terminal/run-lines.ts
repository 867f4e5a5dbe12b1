import type { RunObserver } from '../../run/observer.js'
import type { CliContext } from '../context.js'
import { dataLines } from './data-lines.js'
import { resultLines } from './result-lines.js'
import { createStageLine, createStatusLine } from './status-line.js'
import { trainingLines } from './training-lines.js'

/** Puts a run into words: progress and warnings on standard error, results on standard output. */
export function runLines (context: Omit<CliContext, 'signal'>): RunObserver {
  return { ...dataLines(context), ...trainingLines(context), ...measuringLine(context), ...resultLines(context) }
}

/** Shows on a terminal's last line what is being measured. Each measuring has a time of its own. */
function measuringLine ({ stderr }: Pick<CliContext, 'stderr'>): Pick<RunObserver, 'onMeasuring' | 'onMeasuringEnd'> {
  const status = createStatusLine(stderr)
  let stage = createStageLine(status)
  return {
    onMeasuring: (...progress) => stage(...progress),
    onMeasuringEnd () {
      status.clear()
      stage = createStageLine(status)
    },
  }
}
