/**
 * Chooses the size that images of a person's own are brought to where nobody says one: before the config is resolved,
 * which holds the numbers from then on.
 */
import { chooseSize, type Size } from '../config/choose-size.js'
import { findPreset } from '../config/presets.js'
import { overridesFor, type ConfigRequest } from '../config/request.js'
import { TrainerError } from '../foundation/errors.js'
import type { RunContext } from './observer.js'

/**
 * Completes what is asked of a preset for images of any size by a height and a width, from the sizes that the images
 * have.
 * @returns the request as it is where a config, or both sides, are given
 * @throws TrainerError PVAE_DATA_NOT_FOUND
 */
export async function chooseImageSize (
  request: ConfigRequest,
  { observer, signal }: RunContext
): Promise<ConfigRequest> {
  if (request.preset === undefined || request.file !== undefined) return request
  const { config, sizedByImages } = findPreset(request.preset)
  if (sizedByImages !== true) return request
  const settings = new Map(overridesFor(request, (config.data as { source: string }).source))
  const given = { ...sideOf(settings.get('data.height'), 'height'), ...sideOf(settings.get('data.width'), 'width') }
  const source = sourceOf(settings)
  const isDecided = settings.has('data') || ['height', 'width'].every(side => settings.has(`data.${side}`))
  if (source === undefined || isDecided) return request
  const { sampleImageSizes } = await import('../data/image-sizes.js')
  const sizes = await sampleImageSizes(source, signal)
  // Without any image the error is for whoever opens the data: it knows what the files are.
  if (sizes.length === 0) return request
  const { height, width, usual, mixed } = chooseSize(sizes, given)
  if (Math.min(height, width) < 1 || Math.max(height, width) > 4096) {
    const received = Object.keys(given).length === 0 ? 'neither' : 'one of them'
    throw new TrainerError('PVAE_CONFIG_INVALID', `expected --height and --width for images of ${show(usual)} ` +
      `but received ${received}, from which the other would be ${show({ height, width })}`)
  }
  observer.onImageSize?.({ chosen: { height, width }, usual, mixed, fit: settings.get('data.fit') })
  return { ...request, overrides: [['data.height', height], ['data.width', width], ...request.overrides] }
}

function sideOf (value: unknown, side: keyof Size): Partial<Size> {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? { [side]: value } : {}
}

function sourceOf (settings: ReadonlyMap<string, unknown>) {
  const root = settings.get('data.root')
  if (typeof root === 'string') {
    return {
      source: 'sports10',
      root,
      genre: (settings.get('data.genre') as string | string[] | undefined) ?? 'Table Tennis',
    } as const
  }
  const directory = settings.get('data.directory')
  return typeof directory === 'string' ? { source: 'folder', directory } as const : undefined
}

/** Width first, as people say it. */
const show = ({ height, width }: Size) => `${width} × ${height}`
