import type { Command } from 'commander'
import type { CliContext } from '../context.js'
import { addPlaceFlags, sampleOption, threadsOption } from './runtime-flags.js'

export interface ExportFlags {
  readonly run: string
  readonly name?: string
  readonly description?: string
  readonly runs?: string
  readonly repository?: string
  readonly threads?: number
  readonly sample?: number
}

export function addExportCommand (program: Command, context: CliContext): void {
  const command = program
    .command('export')
    .description(
      'Publish the last checkpoint of a run to the model repository as a new version, measured, with its report'
    )
    .requiredOption('--run <name>', 'the run')
    .option('--name <name>', "name of the model (default: the run's)")
    .option('--description <text>', "what the model is, for people (default: the run's)")
    .addOption(sampleOption())
    .addOption(threadsOption())
  addPlaceFlags(command)
  command
    .addHelpText('after', `
Examples:
  $ npm run pvae -- export --run mnist
  $ npm run pvae -- export --run mnist --sample 2000
  $ npm run pvae -- export --run mnist --name my-digits --repository ~/models`)
    .action(async (flags: ExportFlags) => {
      const { exportRun } = await import('../actions/export.js')
      await exportRun(flags, context)
    })
}
