import { didYouMean } from '@partition-vae/models'
import { TrainerError } from '../foundation/errors.js'
import { digitPresets } from './presets/digits.js'
import { folderPresets } from './presets/folder.js'
import { objectPresets } from './presets/objects.js'
import { paperPresets } from './presets/paper.js'
import type { Preset } from './presets/preset.js'
import { tableTennisPresets } from './presets/table-tennis.js'

export type { Preset } from './presets/preset.js'

export const presets: readonly Preset[] = [
  ...digitPresets, ...tableTennisPresets, ...objectPresets, ...paperPresets, ...folderPresets,
]

/** @throws TrainerError PVAE_PRESET_NOT_FOUND listing the known ones */
export function findPreset (name: string): Preset {
  const preset = presets.find(preset => preset.name === name)
  if (preset !== undefined) return preset
  const names = presets.map(({ name }) => name)
  throw new TrainerError(
    'PVAE_PRESET_NOT_FOUND',
    `expected one of ${names.join(', ')} for the preset but received ${JSON.stringify(name)}${didYouMean(name, names)}`
  )
}
