import { resolve } from 'node:path'
import { invalid } from '../../config/invalid.js'
import { applyOverrides } from '../../config/overrides.js'
import { findPreset, presets } from '../../config/presets.js'
import { parseRunConfig } from '../../config/resolve.js'
import { writeFileAtomic } from '../../foundation/files.js'
import type { PresetsFlags } from '../commands/presets.js'
import type { CliContext } from '../context.js'
import { displayPath } from '../terminal/display-path.js'

/** Lists the presets, or shows the whole config of the one that is named. */
export async function showPresets (
  name: string | undefined,
  { out }: PresetsFlags,
  { stdout, directory }: CliContext
): Promise<void> {
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
}
