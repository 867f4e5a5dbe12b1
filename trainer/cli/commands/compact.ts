import type { Command } from 'commander'
import type { CliContext } from '../context.js'
import { addPlaceFlags, modelOption } from './runtime-flags.js'

export interface CompactFlags {
  readonly model: string
  readonly repository?: string
}

export function addCompactCommand (program: Command, context: CliContext): void {
  const command = program
    .command('compact')
    .description(
      'Publish a model as a new version of half the size: weights are stored in half precision and computed with in ' +
        'single precision. Refused where its golden examples come out otherwise'
    )
    .addOption(modelOption().makeOptionMandatory())
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
Examples:
  $ npm run pvae -- compact --model mnist`)
    .action(async (flags: CompactFlags) => {
      const { compactModel } = await import('../actions/compact.js')
      await compactModel(flags, context)
    })
}
