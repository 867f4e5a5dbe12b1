import type { Command } from 'commander'
import type { CliContext } from '../context.js'

export interface PresetsFlags {
  readonly out?: string
}

export function addPresetsCommand (program: Command, context: CliContext): void {
  program.command('presets')
    .description('List the presets, or show the whole config of one')
    .argument('[name]', 'show this preset\'s config, defaults filled in: a start for --config')
    .option('--out <file>', 'write the config there instead')
    .addHelpText('after', `
Examples:
  $ npm run pvae -- presets
  $ npm run pvae -- presets mnist
  $ npm run pvae -- presets mnist --out my-config.json
  $ npx pvae presets mnist > my-config.json`)
    .action(async (name: string | undefined, flags: PresetsFlags) => {
      const { showPresets } = await import('../actions/presets.js')
      await showPresets(name, flags, context)
    })
}
