/**
 * Chooses the size that images of a person's own are brought to where nobody says one: before the config is resolved,
 * which holds the numbers from then on.
 */
import { basename } from 'node:path'
import { chooseSize, enlargeFor, isReduced, type ChosenSize, type Size } from '../config/choose-size.js'
import { findPreset } from '../config/presets.js'
import { analysisOf, overridesFor, setsModel, type ConfigRequest } from '../config/request.js'
import { TrainerError } from '../foundation/errors.js'
import { lookForSmallest, type FrameSource } from './look-for-smallest.js'
import type { RunContext, RunObserver } from './observer.js'

/**
 * Completes what is asked of a preset for images of any size by a height and a width, from the sizes that the images
 * have, and of footage from the smallest thing in it; of a clip also by the frames a second that are taken.
 * @returns the request as it is where a config, or both sides, are given
 * @throws TrainerError PVAE_DATA_NOT_FOUND; of a clip also PVAE_DATA_EMPTY, PVAE_DATA_CORRUPT, PVAE_DECODER_UNAVAILABLE
 */
export async function chooseImageSize (
  request: ConfigRequest,
  context: RunContext
): Promise<ConfigRequest> {
  const { observer, signal } = context
  if (request.preset === undefined || request.file !== undefined) return request
  const { config, sizedByImages } = findPreset(request.preset)
  if (sizedByImages !== true) return request
  const settings = new Map(overridesFor(request, (config.data as { source: string }).source))
  const given = { ...sideOf(settings.get('data.height'), 'height'), ...sideOf(settings.get('data.width'), 'width') }
  if (settings.has('data')) return request
  const file = settings.get('data.file')
  if (typeof file === 'string' && settings.get('data.source') === 'arrays') {
    return await chooseArrays(request, settings, given, context)
  }
  if (typeof file === 'string' && settings.get('data.source') === 'webdataset') {
    if (given.height !== undefined && given.width !== undefined) return request
    const sizes = await (await import('../data/webdataset/webdataset.js')).sizeWebDataset(file)
    if (sizes.length === 0) return request
    return withSize(request, await sizeFor(request, sizes, given, undefined, context), settings, given, observer)
  }
  if (typeof file === 'string') return await chooseClip(request, file, settings, given, context)
  const source = sourceOf(settings)
  const isDecided = ['height', 'width'].every(side => settings.has(`data.${side}`))
  if (source === undefined || isDecided) return request
  const { sampleImageSizes } = await import('../data/image-sizes.js')
  const sizes = await sampleImageSizes(source, signal)
  // Without any image the error is for whoever opens the data: it knows what the files are.
  if (sizes.length === 0) return request
  const directory = source.source === 'folder' ? source.directory : undefined
  const choice = await sizeFor(request, sizes, given, directory === undefined ? undefined : { directory }, context)
  return withSize(request, choice, settings, given, observer)
}

type Settings = ReadonlyMap<string, unknown>

interface Choice extends ChosenSize {
  /** What the size was chosen for, in pixels of the usual one. */
  readonly smallest?: Size | undefined
}

/** Chooses by the sizes of images alone; where they are reduced and may be footage, also by what moves in them. */
async function sizeFor (
  request: ConfigRequest, sizes: readonly Size[], given: Partial<Size>, source: FrameSource | undefined,
  context: RunContext
): Promise<Choice> {
  const chosen = chooseSize(sizes, given)
  const isFree = Object.keys(given).length === 0 && isReduced(chosen.usual) && !chosen.mixed
  if (!isFree || source === undefined || analysisOf(request) === undefined || setsModel(request)) return chosen
  const smallest = await lookForSmallest(source, chosen.usual, context)
  if (smallest === undefined) return chosen
  const size = enlargeFor(chosen, smallest)
  if (size.height * size.width <= chosen.height * chosen.width) return chosen
  return { ...chosen, ...size, smallest: { height: smallest.height, width: smallest.width } }
}

function withSize (
  request: ConfigRequest, { height, width, usual, prevalence, mixed, smallest }: Choice, settings: Settings,
  given: Partial<Size>, observer: RunObserver
): ConfigRequest {
  if (Math.min(height, width) < 1 || Math.max(height, width) > 4096) {
    const received = Object.keys(given).length === 0 ? 'neither' : 'one of them'
    throw new TrainerError('PVAE_CONFIG_INVALID', `expected --height and --width for images of ${show(usual)} ` +
      `but received ${received}, from which the other would be ${show({ height, width })}`)
  }
  const chosen = { height, width }
  observer.onImageSize?.({
    chosen, usual, prevalence, mixed, fit: settings.get('data.fit'), ...smallest && { smallest },
  })
  return { ...request, overrides: [['data.height', height], ['data.width', width], ...request.overrides] }
}

/** Chooses the size of the images of an array. */
async function chooseArrays (
  request: ConfigRequest, settings: Settings, given: Partial<Size>, context: RunContext
): Promise<ConfigRequest> {
  if (given.height !== undefined && given.width !== undefined) return request
  const { sizeArrays } = await import('../data/arrays/open-content.js')
  // All of them: where a file has two arrays of labels, it is told which.
  const members = Object.fromEntries(['images', 'labels', 'factors', 'masks'].flatMap(role => {
    const name = settings.get(`data.${role}`)
    return typeof name === 'string' ? [[role, name]] : []
  }))
  const size = await sizeArrays(settings.get('data.file') as string, members)
  const choice = await sizeFor(request, [size], given, undefined, context)
  return withSize(request, choice, settings, given, context.observer)
}

/** Chooses the size of a clip's frames, and how many of them a second are taken. */
async function chooseClip (
  request: ConfigRequest, file: string, settings: Settings, given: Partial<Size>, context: RunContext
): Promise<ConfigRequest> {
  const { observer, signal } = context
  const asked = settings.get('data.rate')
  const isRate = typeof asked === 'number' && asked > 0
  const { sizeClip } = await import('../data/image-sizes.js')
  const { size, frames, rate, taken } = await sizeClip(file, isRate ? asked : undefined, signal)
  observer.onClip?.({ name: basename(file), frames, rate, taken })
  const isSized = given.height !== undefined && given.width !== undefined
  const choice = isSized ? undefined : await sizeFor(request, [size], given, { file, rate: taken.rate }, context)
  const sized = choice === undefined ? request : withSize(request, choice, settings, given, observer)
  // What is no rate is for the schema to refuse.
  if (asked !== undefined && !isRate) return sized
  return { ...sized, overrides: [...sized.overrides, ['data.rate', taken.rate]] }
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
