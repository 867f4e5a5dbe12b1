import { resolve } from 'node:path'
import type { Command } from 'commander'
import { findPreset, presets } from '../config/presets.js'
import { parseRunConfig } from '../config/resolve.js'
import { applyOverrides } from '../config/overrides.js'
import { invalid } from '../config/invalid.js'
import { writeFileAtomic } from '../foundation/files.js'
import type { CliContext } from './context.js'
import { displayPath } from './places.js'

export function addPresetsCommand (program: Command, { stdout, directory }: CliContext): void {
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
    .action(async (name: string | undefined, { out }: { out?: string }) => {
      if (name === undefined) {
        if (out !== undefined) throw invalid('--out', 'the name of a preset beside it', 'none')
        const width = Math.max(...presets.map(({ name }) => name.length))
        for (const preset of presets) stdout.write(`${preset.name.padEnd(width)}  ${preset.description}\n`)
        return
      }
      const { config, needsData } = findPreset(name)
      const whole = parseRunConfig(applyOverrides(config, needsData ? [['data.directory', 'path/to/images']] : []))
      const text = `${JSON.stringify(whole, null, 2)}\n`
      if (out === undefined) {
        stdout.write(text)
        return
      }
      const path = resolve(directory, out)
      await writeFileAtomic(path, text)
      stdout.write(`${displayPath(directory, path)}\n`)
    })
}
