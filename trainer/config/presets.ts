import { didYouMean } from '@partition-vae/models'
import { TrainerError } from '../foundation/errors.js'
import { baselines, type Baseline } from './presets/baselines.js'
import { digitPresets } from './presets/digits.js'
import { folderPresets } from './presets/folder.js'
import { objectPresets } from './presets/objects.js'
import { paperPresets } from './presets/paper.js'
import { roomPresets } from './presets/rooms.js'
import type { Preset } from './presets/preset.js'
import { tableTennisPresets } from './presets/table-tennis.js'

export { baselineModelFor, nameOnBaseline, onBaseline, BASELINE_NAMES, type Baseline } from './presets/baselines.js'
export type { Preset } from './presets/preset.js'

export const presets: readonly Preset[] = [
  ...digitPresets, ...tableTennisPresets, ...objectPresets, ...roomPresets, ...paperPresets, ...folderPresets,
]

/** @throws TrainerError PVAE_PRESET_NOT_FOUND listing the known ones */
export function findPreset (name: string): Preset {
  return findNamed(presets, name, 'the preset')
}

/** @throws TrainerError PVAE_PRESET_NOT_FOUND listing the known ones */
export function findBaseline (name: string): Baseline {
  return findNamed(baselines, name, 'the baseline')
}

function findNamed<T extends { readonly name: string }> (all: readonly T[], name: string, what: string): T {
  const found = all.find(one => one.name === name)
  if (found !== undefined) return found
  const names = all.map(({ name }) => name)
  throw new TrainerError(
    'PVAE_PRESET_NOT_FOUND',
    `expected one of ${names.join(', ')} for ${what} but received ${JSON.stringify(name)}${didYouMean(name, names)}`
  )
}
