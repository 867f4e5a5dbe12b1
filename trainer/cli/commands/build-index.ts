import type { Command } from 'commander'
import type { CliContext } from '../context.js'

export interface BuildIndexFlags {
  readonly output?: string
  readonly metadata?: string
  readonly force?: boolean
}

export function addIndexCommand (program: Command, context: CliContext): void {
  program
    .command('index')
    .description('Make an index of encoded pictures, which pvae search and the service look for neighbours in')
    .argument('<latents>', 'a folder that pvae encode has written')
    .option('--output <dir>', 'the folder of the index (default: index in the folder of latents)')
    .option(
      '--metadata <file>',
      'what is known of the pictures, to search among some of them: CSV with a header, or JSON lines; the column ' +
        'file or filename has the names that the latents have'
    )
    .option('--force', 'replace an index that is there')
    .addHelpText('after', `
An index is a folder: index.json, a file of float32 a partition, the names of the files, and metadata. The service
searches those in the folder that PVAE_INDEX_DIR names.

Examples:
  $ npx pvae index latents
  $ npx pvae index latents --metadata photos.csv --output indexes/digits --force`)
    .action(async (latents: string, flags: BuildIndexFlags) => {
      const { buildIndexOf } = await import('../actions/build-index.js')
      await buildIndexOf(latents, flags, context)
    })
}
