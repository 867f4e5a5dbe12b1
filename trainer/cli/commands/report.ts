import type { Command } from 'commander'
import type { CliContext } from '../context.js'
import { addPlaceFlags, threadsOption } from './runtime-flags.js'

export interface ReportFlags {
  readonly model: string
  readonly out?: string
  readonly repository?: string
  readonly data?: string
  readonly threads?: number
}

export function addReportCommand (program: Command, context: CliContext): void {
  const command = program
    .command('report')
    .description(
      "Draw a published model's report anew, with the labels of its card and a verdict; its measures stay as they " +
        'were published'
    )
    .requiredOption('--model <name[@version]>', 'a model of the repository; its highest version where none is given')
    .option('--out <dir>', 'where to write it (default: in place of the report that the model has)')
    .option('--data <dir>', 'folder of the images, where it is not the one that the model was trained on')
    .addOption(threadsOption())
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
Examples:
  $ npm run pvae -- report --model table-tennis
  $ npm run pvae -- report --model digits --out /tmp/digits`)
    .action(async (flags: ReportFlags) => {
      const { report } = await import('../actions/report.js')
      await report(flags, context)
    })
}
