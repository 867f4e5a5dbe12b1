import { describeProfile } from '../../profile/table.js'
import type { RunObserver } from '../../run/observer.js'
import type { CliContext } from '../context.js'
import { describeAttempt } from './describe-attempt.js'
import { displayPath } from './display-path.js'
import { createProgress, type Progress } from './progress.js'

/** Rows of each table that are shown at the end; the file has more. */
const SHOWN_ROWS = 12

type TrainingObserver = Pick<
  RunObserver,
  'onRefusedCheckpoint' | 'onResume' | 'onAttempt' | 'onAttemptEnd' | 'onTraining' | 'onStep' | 'onEpoch' |
  'onTrainingEnd' | 'onUnmeasured' | 'onProfile'
>

/** Tells of checkpoints, attempts, steps and epochs. */
export function trainingLines ({ stderr, directory }: Pick<CliContext, 'stderr' | 'directory'>): TrainingObserver {
  const say = (line: string) => stderr.write(`${line}\n`)
  let progress: Progress | undefined
  return {
    onRefusedCheckpoint: error => say(`pvae: ${error.message}; the checkpoint before it is used`),
    onResume: checkpoint => say(
      checkpoint === undefined
        ? 'no checkpoint yet: starting from the first step'
        : `resuming at step ${checkpoint.step}, from ${displayPath(directory, checkpoint.path)}`
    ),
    onAttempt: ({ attempt, restarts, seed, step }) => say(
      `attempt ${attempt} of at most ${restarts}: seed ${seed}${step === undefined ? '' : `, resuming at step ${step}`}`
    ),
    onAttemptEnd: attempt => say(`attempt ${attempt.attempt}: ${describeAttempt(attempt)}`),
    onTraining ({ engine, path, config, epochs }) {
      progress = createProgress({ stream: stderr, config, epochs })
      say(`engine: ${engine}\nrun: ${displayPath(directory, path)}`)
    },
    onStep: report => progress?.step(report),
    onEpoch: record => progress?.epoch(record),
    onTrainingEnd: () => progress?.end(),
    onUnmeasured: ({ step, reason }) => say(`note: the test images were not measured after step ${step}: ${reason}`),
    onProfile ({ summary, path }) {
      say(describeProfile(summary, { rows: SHOWN_ROWS }))
      const viewers = 'https://ui.perfetto.dev or chrome://tracing'
      say(`profile: ${displayPath(directory, path)}; open its trace.json in ${viewers}`)
    },
  }
}
