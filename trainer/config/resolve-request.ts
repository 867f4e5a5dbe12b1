/** From what is asked for to a whole config. */
import type { Size } from './choose-size.js'
import { fitBlocks } from './fit-blocks.js'
import { fitLayers } from './fit-layers.js'
import { invalid } from './invalid.js'
import { applyOverrides, type Override } from './overrides.js'
import { baselineModelFor, findBaseline, findPreset, onBaseline, presets, type Preset } from './presets.js'
import { analysisOf, overridesFor, setsImages, type ConfigRequest } from './request.js'
import { parseRunConfig } from './resolve.js'
import type { RunConfig } from './schema.js'

/**
 * Gives the config that is asked for.
 * @param base an earlier run's config, in place of a preset
 * @throws TrainerError PVAE_CONFIG_INVALID, PVAE_PRESET_NOT_FOUND
 */
export function resolveRequest (request: ConfigRequest, base?: RunConfig): RunConfig {
  const { file, baseline } = request
  // A file counts even where a run is resumed: then it must agree with the run. Of a baseline it says only the images.
  const start = file === undefined || (base !== undefined && baseline !== undefined)
    ? base ?? startOf(request)
    : startOf(request)
  const isIncomplete = base === undefined && analysisOf(request) === 'always'
  // Until the images have been looked at there are no partitions that could be changed.
  const overrides = overridesFor(request, sourceOf(start)).filter(
    ([path]) => !isIncomplete || !/^(model|objective)\b/.test(path)
  )
  return parseRunConfig(applyOverrides(base === undefined ? fitted(start, overrides, request) : start, overrides))
}

/**
 * Gives the config of a preset that is completed by what the images show. What is asked for wins over both.
 * @throws TrainerError PVAE_CONFIG_INVALID
 */
export function completeRequest (
  request: ConfigRequest,
  proposal: Record<'model' | 'objective' | 'fit', object>
): RunConfig {
  const { config } = findPreset(request.preset!)
  return parseRunConfig(applyOverrides(merged(config, proposal), overridesFor(request, sourceOf(config))))
}

/**
 * Gives the config of a baseline with the network for images of a size. What is asked for wins over it.
 * @throws TrainerError PVAE_CONFIG_INVALID
 */
export function resizeBaseline (request: ConfigRequest, size: Size): RunConfig {
  const start = { ...startOf(request), model: baselineModelFor(size) }
  return parseRunConfig(applyOverrides(start, overridesFor(request, sourceOf(start))))
}

/** Gives a trained model's config on the images of another folder or clip, or as it is where none is given. */
export function onImages (config: RunConfig, images: ConfigRequest['images']): RunConfig {
  if (images === undefined) return parseRunConfig(config)
  return parseRunConfig(applyOverrides(config, overridesFor({ images, overrides: [] }, config.data.source)))
}

function sourceOf (config: unknown): string | undefined {
  return (config as { data?: { source?: string } } | null)?.data?.source
}

/** Merges objects field by field; of anything else that both have, the second's counts. */
function merged (one: unknown, other: unknown): unknown {
  if (!isFields(one) || !isFields(other)) return other
  const fields = Object.entries(other).map(([key, value]) => [key, key in one ? merged(one[key], value) : value])
  return { ...one, ...Object.fromEntries(fields) as object }
}

function isFields (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Gives the preset with a network that takes the size that the images are brought to, or that is asked for, where all
 * of its decoder's blocks double the size; layers grow with the scenes that they are for. What is changed of it is not
 * fitted.
 */
function fitted (start: unknown, overrides: readonly Override[], { preset, baseline }: ConfigRequest): unknown {
  if (preset === undefined || baseline !== undefined) return start
  const onData = applyOverrides(start, overrides.filter(([path]) => /^data\b/.test(path)))
  type Model = Parameters<typeof fitBlocks>[0] & Parameters<typeof fitLayers>[0] & { architecture?: string }
  const { data, model } = onData as { data: Size, model: Model }
  const isSize = [data?.height, data?.width].every(side => Number.isInteger(side) && side > 0)
  if (!isSize) return start
  const { drawnAt } = findPreset(preset)
  if (drawnAt !== undefined) {
    return { ...start as object, model: fitLayers(model, data, drawnAt) }
  }
  if (model.architecture !== undefined) return start
  const isDoubling = model.decoder.blocks.every(({ upsample }) => upsample !== 'none')
  return isDoubling ? { ...start as object, model: fitBlocks(model, data) } : start
}

/** Gives what a request starts from: a baseline takes only the images of what else is named. */
function startOf (request: ConfigRequest): Record<string, unknown> {
  const start = request.file === undefined ? presetOf(request) : request.file.value
  // What is no config is for its schema to refuse.
  if (request.baseline === undefined || !isFields(start)) return start as Record<string, unknown>
  return onBaseline(start, findBaseline(request.baseline))
}

function presetOf (request: ConfigRequest): Preset['config'] {
  if (request.preset === undefined) {
    const names = presets.map(({ name }) => name).join('|')
    throw invalid('the config', `--preset ${names} or --config FILE`, 'neither')
  }
  const { name, needsData, config } = findPreset(request.preset)
  if (needsData && !setsImages(request)) throw invalid(`the images of preset ${name}`, '--data DIR', 'nothing')
  return config
}
