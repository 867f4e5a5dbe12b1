/**
 * What images of a person's own are brought to where nobody says: chosen before the config is resolved, which holds the
 * numbers from then on.
 */
import { basename } from 'node:path'
import { chooseSize, type Size } from '../config/choose-size.js'
import { findPreset } from '../config/presets.js'
import { overridesFor, type ConfigRequest } from '../config/request.js'
import type { SizedClip } from '../data/image-sizes.js'
import { TrainerError } from '../foundation/errors.js'
import type { CliContext } from './context.js'

/**
 * Completes what is asked of a preset for images of any size by a height and a width, from the sizes that the images
 * have, and says so; of a clip also by the frames a second that are taken.
 * @returns the request as it is where a config, or both sides, are given
 * @throws TrainerError PVAE_DATA_NOT_FOUND; of a clip also PVAE_DATA_EMPTY, PVAE_DATA_CORRUPT, PVAE_DECODER_UNAVAILABLE
 */
export async function chooseImageSize (request: ConfigRequest, { stderr, signal }: CliContext): Promise<ConfigRequest> {
  if (request.preset === undefined || request.file !== undefined) return request
  const { config, sizedByImages } = findPreset(request.preset)
  if (sizedByImages !== true) return request
  const settings = new Map(overridesFor(request, (config.data as { source: string }).source))
  const given = { ...sideOf(settings.get('data.height'), 'height'), ...sideOf(settings.get('data.width'), 'width') }
  const file = settings.get('data.file')
  if (settings.has('data')) return request
  if (typeof file === 'string') return await chooseClip(request, file, settings, given, { stderr, signal })
  const source = sourceOf(settings)
  const isDecided = ['height', 'width'].every(side => settings.has(`data.${side}`))
  if (source === undefined || isDecided) return request
  const { sampleImageSizes } = await import('../data/image-sizes.js')
  const sizes = await sampleImageSizes(source, signal)
  // Without any image the error is for whoever opens the data: it knows what the files are.
  if (sizes.length === 0) return request
  return withSize(request, sizes, settings, given, stderr)
}

type Settings = ReadonlyMap<string, unknown>

function withSize (
  request: ConfigRequest, sizes: readonly Size[], settings: Settings, given: Partial<Size>, stderr: CliContext['stderr']
): ConfigRequest {
  const { height, width, usual, mixed } = chooseSize(sizes, given)
  if (Math.min(height, width) < 1 || Math.max(height, width) > 4096) {
    const received = Object.keys(given).length === 0 ? 'neither' : 'one of them'
    throw new TrainerError('PVAE_CONFIG_INVALID', `expected --height and --width for images of ${show(usual)} ` +
      `but received ${received}, from which the other would be ${show({ height, width })}`)
  }
  stderr.write(`${describe({ height, width }, usual, mixed, settings.get('data.fit'))}\n`)
  return { ...request, overrides: [['data.height', height], ['data.width', width], ...request.overrides] }
}

async function chooseClip (
  request: ConfigRequest, file: string, settings: Settings, given: Partial<Size>,
  { stderr, signal }: Pick<CliContext, 'stderr' | 'signal'>
): Promise<ConfigRequest> {
  const asked = settings.get('data.rate')
  const isRate = typeof asked === 'number' && asked > 0
  const { sizeClip } = await import('../data/image-sizes.js')
  const clip = await sizeClip(file, isRate ? asked : undefined, signal)
  stderr.write(`${basename(file)}: ${describeClip(clip)}\n`)
  const isSized = given.height !== undefined && given.width !== undefined
  const sized = isSized ? request : withSize(request, [clip.size], settings, given, stderr)
  // What is no rate is for the schema to refuse.
  if (asked !== undefined && !isRate) return sized
  return { ...sized, overrides: [...sized.overrides, ['data.rate', clip.taken.rate]] }
}

function describeClip ({ frames, rate, taken }: SizedClip): string {
  const a = (rate: number) => `${Number(rate.toFixed(2))} a second`
  const which = taken.rate === rate ? 'all are taken' : `about ${taken.frames} are taken, ${a(taken.rate)}`
  return `about ${frames} frames, ${a(rate)}: ${which}; --fps chooses another rate`
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

/** Differences of aspect that nobody sees. */
const UNSEEN = 0.03

function describe (chosen: Size, usual: Size, mixed: boolean, fit: unknown): string {
  const others = '--height and --width choose others'
  if (mixed) {
    const how =
      fit === 'contain' || fit === 'cover'
        ? `fit ${fit}`
        : 'stretched; --set data.fit=contain adds black bars, data.fit=cover crops'
    return `images have different shapes, most often about ${show(usual)}: brought to ${show(chosen)} (${how}); ` +
      `${others}`
  }
  if (chosen.height === usual.height && chosen.width === usual.width) {
    return `images are ${show(usual)}: left as they are; ${others}`
  }
  const stretch = Math.abs(Math.log(chosen.width / chosen.height * usual.height / usual.width))
  const aspect = stretch <= UNSEEN ? 'aspect kept' : `aspect changed by ${Math.round(100 * (Math.exp(stretch) - 1))}%`
  return `images are ${show(usual)}: brought to ${show(chosen)}, ${aspect}; ${others}`
}
