import type { Command } from 'commander'
import { findPreset, presets } from '../config/presets.js'
import { parseRunConfig } from '../config/resolve.js'
import { applyOverrides } from '../config/overrides.js'
import type { CliContext } from './context.js'

export function addPresetsCommand (program: Command, { stdout }: CliContext): void {
  program.command('presets')
    .description('List the presets, or show the whole config of one')
    .argument('[name]', 'show this preset\'s config, defaults filled in: a start for --config')
    .addHelpText('after', `
Examples:
  $ npm run pvae -- presets
  $ npm run pvae -- presets mnist > my-config.json`)
    .action((name: string | undefined) => {
      if (name === undefined) {
        const width = Math.max(...presets.map(({ name }) => name.length))
        for (const preset of presets) stdout.write(`${preset.name.padEnd(width)}  ${preset.description}\n`)
        return
      }
      const { config, needsData } = findPreset(name)
      const whole = parseRunConfig(applyOverrides(config, needsData ? [['data.directory', 'path/to/images']] : []))
      stdout.write(`${JSON.stringify(whole, null, 2)}\n`)
    })
}
