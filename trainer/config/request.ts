/** The request of a person, before any of it is checked: where a config starts, and what is changed about it. */
import type { Override } from './overrides.js'
import { findPreset, type Preset } from './presets.js'

/** A plain value: whoever reads flags makes one, and nobody else reads flags. */
export interface ConfigRequest {
  /** The name of the preset that it starts from. */
  readonly preset?: string
  /** The baseline of the literature whose model, objective and training take the place of those that it starts from. */
  readonly baseline?: string
  /** The config file that it starts from, and what it holds. */
  readonly file?: { readonly path: string, readonly value: unknown }
  /** The place of the images. */
  readonly images?: {
    /** A folder: of IDX files, of pictures or of Sports10, by what the config starts from. */
    readonly directory?: string
    /** A clip, in place of a folder of pictures. */
    readonly file?: string
    /** Images in arrays: a file, or a folder of files. */
    readonly arrays?: string
    /** WebDataset archives: one, or a folder of them. */
    readonly webdataset?: string
    /** The folder of Sports10, whatever the config starts from. */
    readonly sports10?: string
  }
  /** Changes to single fields, in order. */
  readonly overrides: readonly Override[]
}

/** Lists the changes that a request makes to a config whose data source is `source`. */
export function overridesFor (
  { images, overrides }: Pick<ConfigRequest, 'images' | 'overrides'>,
  source: string | undefined
): Override[] {
  return [
    ...directoryOverrides(images?.directory, source),
    ...fileOverrides(images?.file, source),
    ...arraysOverrides(images?.arrays, source),
    ...webDatasetOverrides(images?.webdataset, source),
    ...sports10Overrides(images?.sports10, source),
    ...overrides,
  ]
}

function directoryOverrides (directory: string | undefined, source: string | undefined): Override[] {
  if (directory === undefined) return []
  // MNIST comes with the project: a folder for it means IDX files of one's own.
  if (source === 'mnist') return [['data', { source: 'idx', directory }]]
  const isFolder = source === 'folder' || !FITTED.includes(source ?? '')
  if (!isFolder) return [...switchedTo('folder'), ['data.directory', directory]]
  return [[source === 'sports10' ? 'data.root' : 'data.directory', directory]]
}

function fileOverrides (file: string | undefined, source: string | undefined): Override[] {
  if (file === undefined) return []
  // Of other sources the data are in a folder: whoever opens them says so.
  if (!FITTED.includes(source ?? '')) return directoryOverrides(file, source)
  return [...switchedTo('video'), ['data.file', file]]
}

function arraysOverrides (file: string | undefined, source: string | undefined): Override[] {
  if (file === undefined) return []
  if (source === 'arrays') return [['data.file', file]]
  // Of other sources no field is an array's: the images are as the file has them.
  if (!FITTED.includes(source ?? '')) return [['data', { source: 'arrays', file }]]
  // A folder's images may be grey or not, and the config says so; of arrays they themselves do.
  return [...switchedTo('arrays'), ['data.channels', undefined], ['data.file', file]]
}

function webDatasetOverrides (file: string | undefined, source: string | undefined): Override[] {
  if (file === undefined) return []
  if (source === 'webdataset') return [['data.file', file]]
  if (!FITTED.includes(source ?? '')) return [['data', { source: 'webdataset', file }]]
  return [...switchedTo('webdataset'), ['data.file', file]]
}

/** Sources that have the fields that say how pictures are brought into shape. */
const FITTED = ['folder', 'video', 'arrays', 'webdataset']

/**
 * Between a folder of pictures, a clip, arrays and archives: all have the fields that say how pictures are brought into
 * shape.
 */
function switchedTo (source: 'folder' | 'video' | 'arrays' | 'webdataset'): Override[] {
  const members = ['images', 'labels', 'factors', 'masks', 'range'].map(field => `data.${field}`)
  const others = ['data.directory', 'data.file', 'data.rate', ...members]
  return [['data.source', source], ...others.map(path => [path, undefined] as const)]
}

function sports10Overrides (root: string | undefined, source: string | undefined): Override[] {
  if (root === undefined) return []
  // The sizes that a preset gives to the images of a folder hold for frames too.
  return [...source === 'sports10' ? [] : [['data.source', 'sports10'] as const], ['data.root', root]]
}

/** Gives the request with further changes, which are made after its own. */
export function withOverrides (request: ConfigRequest, ...overrides: readonly Override[]): ConfigRequest {
  return { ...request, overrides: [...request.overrides, ...overrides] }
}

/** Tells when what is asked for is completed by what the images show; undefined for never. */
export function analysisOf ({ preset, baseline }: ConfigRequest): Preset['analyses'] {
  return preset === undefined || baseline !== undefined ? undefined : findPreset(preset).analyses
}

/** Fields of the data that say how images are brought into shape or chosen, whatever their source is. */
const SOURCELESS = [
  'genre', 'split', 'height', 'width', 'channels', 'rate', 'images', 'labels', 'factors', 'masks', 'range',
].map(field => `data.${field}`)

/** Tells whether anything is said about where the images are. */
export function setsImages ({ images, overrides }: ConfigRequest): boolean {
  return images !== undefined || overrides.some(([path]) => /^data\b/.test(path) && !SOURCELESS.includes(path))
}

/** Tells whether fields of the model are changed. */
export function setsModel ({ overrides }: ConfigRequest): boolean {
  return overrides.some(([path]) => /^model\b/.test(path))
}

/** Tells whether it is said how many epochs to train. */
export function setsEpochs ({ overrides }: ConfigRequest): boolean {
  return overrides.some(([path]) => path === 'fit.epochs')
}

/** Tells whether it is said, by a change or in the file, how many images a batch has. */
export function setsBatchSize ({ file, overrides }: ConfigRequest): boolean {
  const given = file?.value as { fit?: { batchSize?: unknown } } | null | undefined
  return overrides.some(([path]) => path === 'fit.batchSize' || path === 'fit') || given?.fit?.batchSize !== undefined
}
