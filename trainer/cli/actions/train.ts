import { invalid } from '../../config/invalid.js'
import { findBaseline, findPreset, nameOnBaseline } from '../../config/presets.js'
import { train } from '../../run/train.js'
import { correctionsOf } from '../commands/footage-flags.js'
import type { TrainFlags } from '../commands/train.js'
import type { CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'
import { withAdvice } from '../terminal/interruption.js'
import { runLines } from '../terminal/run-lines.js'
import { goOnWithTraining } from '../terminal/shell-commands.js'
import { requestOf } from './request.js'
import { withValidNames } from './valid-names.js'

/** Steps of `--profile` without a number. */
const DEFAULT_PROFILE_STEPS = 20

/** Reads the flags, trains, and tells of it on the terminal. @param command that a person gave */
export async function trainByFlags (given: TrainFlags, context: CliContext, command: string): Promise<void> {
  const flags = withValidNames(given, context)
  if (flags.sample !== undefined && !flags.export) {
    throw invalid('--sample', 'a model that is published with it', 'one that is not (--no-export)')
  }
  const { engine: kind, device, backend, threads, without, restarts, objects, evaluateEvery, tensorboard } = flags
  const request = await requestOf(flags)
  const resume = flags.resume === true
  const { runs, repository } = chosenDirectories(context.directory, flags)
  const options = {
    request,
    resume,
    runs,
    name: resume ? nameOfResumed(flags) : flags.run,
    restarts,
    objects,
    corrections: correctionsOf(flags),
    publishTo: flags.export ? repository : undefined,
    sampleImages: flags.sample,
    engine: { kind, device, backend, threads, without },
    evaluateEvery,
    tensorboard,
    profileSteps: flags.profile === true ? DEFAULT_PROFILE_STEPS : flags.profile,
    command,
  }
  const { signal } = context
  await withAdvice(
    context,
    () => train(options, { observer: runLines(context), signal }),
    goOnWithTraining(flags)
  )
}

/** A preset only says which run: its config may have been changed by flags when the run began. */
function nameOfResumed ({ run, name, preset, baseline }: TrainFlags): string | undefined {
  if (run !== undefined || name !== undefined || preset === undefined) return run ?? name
  const { name: ofPreset } = findPreset(preset)
  return baseline === undefined ? ofPreset : nameOnBaseline(ofPreset, findBaseline(baseline))
}
