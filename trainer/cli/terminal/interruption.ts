import { TrainerError } from '../../foundation/errors.js'
import { RunInterrupted, RunUnwritable, type InterruptedStage } from '../../run/interrupted.js'
import { Interrupted, type CliContext } from '../context.js'
import { displayPath } from './display-path.js'
import type { GoOn } from './shell-commands.js'

/** For a command that is simply given again. */
const AGAIN: GoOn = { resume: () => 'the same command', finish: () => 'the same command' }

/**
 * Does work of the run room. A run that stops before its end becomes an error that says what is kept and how to go on.
 * @throws Interrupted; TrainerError PVAE_OUTPUT_UNWRITABLE
 */
export async function withAdvice<T> (
  { directory }: Pick<CliContext, 'directory'>,
  work: () => Promise<T>,
  goOn: GoOn = AGAIN
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RunInterrupted) throw new Interrupted(describeInterruption(error.stage, directory, goOn))
    if (!(error instanceof RunUnwritable)) throw error
    throw new TrainerError(
      error.code,
      `${error.message}; what was saved before is whole: once that is mended, go on with: ${goOn.resume(error.run)}`,
      { cause: error }
    )
  }
}

/** Says what is kept of a run that was interrupted, and how to go on. */
function describeInterruption (stage: InterruptedStage, directory: string, goOn: GoOn): string {
  switch (stage.at) {
    case 'decoding':
      return describeDecoding(stage)
    case 'analysing':
      return 'interrupted while looking at the frames\ngo on with: the same command, which looks at them anew (the ' +
        'images are decoded)'
    case 'before training':
      return 'interrupted before the first step\ngo on with: the same command'
    case 'training':
      return `interrupted after step ${stage.step} of ${stage.totalSteps}, saved in ` +
        `${displayPath(directory, stage.path)}\ngo on with: ${goOn.resume(stage.run)}`
    case 'assessing':
      return `training is saved; go on with: ${goOn.finish(stage.run)} (measuring begins anew)`
  }
}

function describeDecoding ({ done, total }: InterruptedStage & { at: 'decoding' }): string {
  return done === undefined
    ? 'interrupted before any image was decoded\ngo on with: the same command'
    : `interrupted while decoding images: about ${done} of ${total} are kept\ngo on with: the same command, which ` +
      'decodes the rest'
}
