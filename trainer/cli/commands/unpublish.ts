import type { Command } from 'commander'
import type { CliContext } from '../context.js'
import { addPlaceFlags } from './runtime-flags.js'

export interface UnpublishFlags {
  readonly force?: boolean
  readonly repository?: string
}

export function addUnpublishCommand (program: Command, context: CliContext): void {
  const command = program
    .command('unpublish')
    .description(
      'Remove a version of a model from the model repository for good, and say which is served then; its number is ' +
        'not given again'
    )
    .argument('<name@version>', 'the version; of a model with a single version its name is enough')
    .option('--force', 'remove it even where it is the only version of the model')
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
Examples:
  $ npm run pvae -- unpublish mnist@3`)
    .action(async (reference: string, flags: UnpublishFlags) => {
      const { unpublish } = await import('../actions/unpublish.js')
      await unpublish(reference, flags, context)
    })
}
