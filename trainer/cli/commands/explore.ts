import type { Command } from 'commander'
import type { CliContext } from '../context.js'
import { addPlaceFlags, modelOption } from './runtime-flags.js'

export interface ExploreFlags {
  readonly model: string
  readonly export?: string
  readonly force?: boolean
  readonly repository?: string
}

export function addExploreCommand (program: Command, context: CliContext): void {
  const command = program
    .command('explore')
    .description(
      'Put a published model into a page that one can explore without a service: static files for any host, which ' +
        'also open from the disk'
    )
    .addOption(modelOption().makeOptionMandatory())
    .option('--export <dir>', 'the folder to write; index.html in it is the page')
    .option('--force', 'replace a page that was exported to this folder before')
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
The page draws and encodes with the model inside the browser and asks no other host; the folder works at any address.
To look at all models of the repository, on the other hand: npm start.

Examples:
  $ npm run pvae -- explore --model table-tennis --export /tmp/table-tennis
  $ npm run pvae -- explore --model digits@4 --export site/digits --force`)
    .action(async (flags: ExploreFlags) => {
      const { explore } = await import('../actions/explore.js')
      await explore(flags, context)
    })
}
