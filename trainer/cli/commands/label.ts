import type { Command } from 'commander'
import type { CliContext } from '../context.js'
import { addPlaceFlags } from './runtime-flags.js'

export interface LabelFlags {
  readonly model: string
  readonly measured?: boolean
  readonly repository?: string
}

export function addLabelCommand (program: Command, context: CliContext): void {
  const command = program
    .command('label')
    .description(
      "Name a model's partitions for people, and publish it as a new version: pictures and reports that are drawn " +
        'from then on show the names'
    )
    .argument('[partition=label...]', 'labels, e.g. p1=ball p2="player A"; an empty label takes one away')
    .requiredOption('--model <name[@version]>', 'a model of the repository; its highest version where none is given')
    .option(
      '--measured',
      'name each partition after the group of factors it was matched to when the model was measured'
    )
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
Examples:
  $ npm run pvae -- label --model table-tennis p1="player on the left" p4=ball
  $ npm run pvae -- label --model table-tennis --measured
  $ npm run pvae -- label --model table-tennis --measured p6=brightness`)
    .action(async (assignments: string[], flags: LabelFlags) => {
      const { label } = await import('../actions/label.js')
      await label(assignments, flags, context)
    })
}
