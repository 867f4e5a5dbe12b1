import type { Command } from 'commander'
import { parseRunConfig } from '../config/resolve.js'
import { checkResumable } from '../fit/resumption.js'
import { readRun } from '../fit/run-directory.js'
import type { CliContext } from './context.js'
import { withData } from './data.js'
import { finishRun } from './finish.js'
import { chosenPlaces } from './places.js'
import { addPlaceFlags, threadsOption } from './runtime-flags.js'
import { loadTrained, warnRefused } from './runs.js'

interface ExportFlags {
  readonly run: string
  readonly name?: string
  readonly description?: string
  readonly runs?: string
  readonly repository?: string
  readonly threads?: number
}

export function addExportCommand (program: Command, context: CliContext): void {
  const command = program.command('export')
    .description('Publish the last checkpoint of a run to the model repository as a new version, measured, with its report')
    .requiredOption('--run <name>', 'the run')
    .option('--name <name>', 'name of the model (default: the run\'s)')
    .option('--description <text>', 'what the model is, for people (default: the run\'s)')
    .addOption(threadsOption())
  addPlaceFlags(command)
  command
    .addHelpText('after', `
Examples:
  $ npm run pvae -- export --run mnist
  $ npm run pvae -- export --run mnist --name digits --repository ~/models`)
    .action(async (flags: ExportFlags) => {
      const places = chosenPlaces(context.directory, flags)
      const run = await readRun({ runs: places.runs, name: flags.run })
      const { name = run.config.name, description = run.config.description } = flags
      const config = parseRunConfig({ ...run.config, name, description })
      const checkpoint = await loadTrained(run, warnRefused(context))
      await withData(config.data, context, async data => {
        checkResumable(checkpoint, config, data.train.fingerprint)
        const { state, trainedSeconds } = checkpoint
        await finishRun({ config, run, runName: flags.run, state, trainedSeconds, data, places, publish: true, threads: flags.threads }, context)
      })
    })
}
