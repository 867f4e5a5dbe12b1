import { formatDuration } from '../../foundation/duration.js'
import { isNewBest } from '../../tune/outcome/best.js'
import { describeDrawn } from '../../tune/outcome/describe.js'
import type { Trial } from '../../tune/journal/replay.js'
import type { Space } from '../../tune/space/groups.js'
import type { Objective } from '../../tune/study/objective.js'
import type { Study } from '../../tune/study/study.js'
import type { StudyObserver } from '../../tune/study/watch.js'
import type { CliContext } from '../context.js'
import { displayPath } from './display-path.js'
import { createStatusLine } from './status-line.js'

export interface TrialLines extends Pick<CliContext, 'stdout' | 'stderr' | 'directory'> {
  readonly study: Study
  readonly space: Space
  readonly objectives: readonly Objective[]
  /** In all. */
  readonly trials: number
}

/** Makes a table of trials as they end, and on a terminal a line of those that run. */
export function trialLines ({
  stdout,
  stderr,
  directory,
  study,
  space,
  objectives,
  trials,
}: TrialLines): StudyObserver {
  const status = createStatusLine(stderr)
  const begun = study.state().trials.filter(({ state }) => state !== 'running').length
  const started = performance.now()
  const place = displayPath(directory, study.directory)
  stderr.write(`study: ${place}, ${begun === 0 ? 'new' : `${begun} of ${trials} trials have ended`}\n`)
  const widths = objectives.map(({ metric }) => Math.max(metric.length, 12))
  const row = (cells: readonly string[], rest: string) => stdout.write(`${cells.join('  ')}  ${rest}\n`)
  const metrics = objectives.map(({ metric }, i) => metric.padStart(widths[i]!))
  row(['trial', 'state   ', ...metrics, '    time'], 'parameters')
  return {
    onEnd (trial, before) {
      status.clear()
      const best = objectives.length === 1 && isNewBest(trial, before, objectives) ? '* ' : ''
      const values = objectives.map((_, i) => (i === 0 ? best : '') + shortNumber(trial.values?.[i]))
      row(
        [String(trial.number).padStart(5), trial.state.padEnd(8), ...values.map((text, i) => text.padStart(widths[i]!)),
          formatDuration(Number(trial.userAttributes.get('pvae:seconds') ?? 0)).padStart(8)],
        whatElse(trial, space)
      )
    },
    onRunning (running) {
      if (running.length === 0) return status.clear()
      const ended = study.state().trials.length - running.length
      const perTrial = (performance.now() - started) / 1000 / (ended - begun)
      const left = ended > begun ? ` (ETA ${formatDuration(perTrial * (trials - ended))})` : ''
      status.show(`${ended} of ${trials} trials${left}; running ${running.map(describeProgress).join(', ')}`)
    },
  }
}

function whatElse (trial: Trial, space: Space): string {
  const error = trial.userAttributes.get('pvae:error')
  return `${describeDrawn(space, Object.fromEntries(trial.parameters))}${error === undefined ? '' : `: ${error}`}`
}

function describeProgress ({ number, intermediateValues }: Trial): string {
  if (intermediateValues.size === 0) return String(number)
  const epoch = Math.max(...intermediateValues.keys())
  return `${number} (epoch ${epoch}: ${shortNumber(intermediateValues.get(epoch))})`
}

function shortNumber (value: number | undefined): string {
  return value === undefined ? '–' : String(Number(value.toPrecision(5)))
}
