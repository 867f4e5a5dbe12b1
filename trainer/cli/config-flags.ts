import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { fitBlocks, type Size } from '../config/choose-size.js'
import { applyOverrides, parseAssignment, parseValue, type Override } from '../config/overrides.js'
import { findPreset, presets, type Preset } from '../config/presets.js'
import { invalid, parseRunConfig } from '../config/resolve.js'
import type { RunConfig } from '../config/schema.js'
import { decodeText } from '../data/decode-text.js'
import { notFound } from '../foundation/not-found.js'

/** What names a config and its images. */
export interface DataFlags {
  readonly preset?: string
  readonly config?: string
  readonly set?: readonly string[]
  readonly data?: string
  readonly root?: string
  readonly genre?: string
  readonly split?: string
  readonly height?: string
  readonly width?: string
  readonly channels?: string
}

export interface ConfigFlags extends DataFlags {
  readonly name?: string
  readonly description?: string
  readonly epochs?: string
  readonly steps?: string
  readonly batchSize?: string
  readonly learningRate?: string
  readonly beta?: string
  readonly seed?: string
}

/** Flags that stand for one field; what they may be is the schema's to say. */
const fields = {
  name: 'name',
  description: 'description',
  seed: 'seed',
  epochs: 'fit.epochs',
  steps: 'fit.steps',
  batchSize: 'fit.batchSize',
  learningRate: 'fit.learningRate',
  beta: 'objective.beta',
  split: 'data.split',
  height: 'data.height',
  width: 'data.width',
  channels: 'data.channels',
} as const

/** Text even where they look like numbers. */
const textFlags: ReadonlyArray<keyof typeof fields> = ['name', 'description', 'split']

export function addConfigFlags (command: Command): Command {
  return addDataFlags(command.optionsGroup('What to train:'))
    .option('--name <name>', 'name of the model in the repository')
    .option('--description <text>', 'what the model is, for people')
    .option('--epochs <count>', 'passes over the training images')
    .option('--steps <count>', 'steps, in place of epochs: the run and its schedules end there, be it within an epoch')
    .option('--batch-size <images>', 'images a step')
    .option('--learning-rate <rate>', 'Adam\'s step size at its peak')
    .option('--beta <weight>', 'weight of the KL in the loss')
    .option('--seed <integer>', 'determines initial weights, order of the images and noise')
}

/** The flags of commands that only look at images. */
export function addDataFlags (command: Command): Command {
  return command
    .option('--preset <name>', `start from a preset: ${presets.map(({ name }) => name).join(', ')} (see pvae presets)`)
    .option('--config <file>', 'start from a config file (JSON), e.g. the config.json of a run')
    .option('--data <dir>', 'folder of the images: IDX files, or a tree of PNG, JPEG and WebP with preset folder')
    .option('--root <dir>', 'folder of the data set Sports10, as it is unpacked; its frames take the place of a preset\'s images')
    .option('--genre <names>', 'genres of Sports10, separated by commas, or all (default: Table Tennis)')
    .option('--split <official|game|random>', 'how Sports10 is split: by its CSV files (default), by whole games, or frame by frame')
    .option('--height <pixels>', 'height to which a folder\'s images are brought, or at which scenes are drawn')
    .option('--width <pixels>', 'width to which a folder\'s images are brought, or at which scenes are drawn')
    .option('--channels <1|3>', 'grey or RGB, for a folder\'s images')
    .option('--set <path=value>', 'set any field of the config, e.g. model.subresolution.factor=4; the value is JSON or text; repeatable',
      (value: string, before: readonly string[] = []) => [...before, value])
}

/** The changes that flags make to a config whose data source is `source`. */
export function overridesOf (flags: ConfigFlags, source: string | undefined): Override[] {
  const overrides: Override[] = []
  if (flags.data !== undefined) {
    // MNIST comes with the project: a folder for it means IDX files of one's own.
    if (source === 'mnist') overrides.push(['data', { source: 'idx', directory: flags.data }])
    else if (source === 'sports10') overrides.push(['data.root', flags.data])
    else overrides.push(['data.directory', flags.data])
  }
  if (flags.root !== undefined) {
    // The sizes that a preset gives to the images of a folder hold for frames too.
    if (source !== 'sports10') overrides.push(['data.source', 'sports10'])
    overrides.push(['data.root', flags.root])
  }
  if (flags.genre !== undefined) {
    const genres = flags.genre.split(',').map(genre => genre.trim())
    overrides.push(['data.genre', genres.length === 1 ? genres[0] : genres])
  }
  for (const [flag, path] of Object.entries(fields) as Array<[keyof typeof fields, string]>) {
    const text = flags[flag]
    if (text !== undefined) overrides.push([path, textFlags.includes(flag) ? text : parseValue(text)])
  }
  return [...overrides, ...(flags.set ?? []).map(parseAssignment)]
}

/** When the preset that the flags ask for is completed by what the images show; undefined for never. */
export function analysisOf ({ preset }: ConfigFlags): Preset['analyses'] {
  return preset === undefined ? undefined : findPreset(preset).analyses
}

/** Whether the flags say how long to train. */
export function setsEpochs (flags: ConfigFlags): boolean {
  return overridesOf(flags, undefined).some(([path]) => path === 'fit.epochs')
}

/** Whether the flags change fields of the preset's model. */
export function setsModel (flags: ConfigFlags): boolean {
  return overridesOf(flags, undefined).some(([path]) => /^model\b/.test(path))
}

/**
 * The config of a preset that is completed by what the images show. Flags win over both.
 * @throws TrainerError PVAE_CONFIG_INVALID
 */
export function completeConfig (flags: ConfigFlags, proposal: Record<'model' | 'objective' | 'fit', object>): RunConfig {
  const { config } = findPreset(flags.preset!)
  const { source } = config.data as { source?: string }
  return parseRunConfig(applyOverrides(merged(config, proposal), overridesOf(flags, source)))
}

/** Fields of objects in objects of both, of the second where both have one. */
function merged (one: unknown, other: unknown): unknown {
  const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isFields(one) || !isFields(other)) return other
  return { ...one, ...Object.fromEntries(Object.entries(other).map(([key, value]) => [key, key in one ? merged(one[key], value) : value])) }
}

/**
 * The config that the flags ask for.
 * @param base an earlier run's config, in place of a preset
 * @throws TrainerError PVAE_CONFIG_INVALID, PVAE_PRESET_NOT_FOUND
 */
export async function resolveConfig (flags: ConfigFlags, base?: RunConfig): Promise<RunConfig> {
  if (flags.epochs !== undefined && flags.steps !== undefined) throw invalid('--epochs and --steps', 'one of them', 'both')
  if (flags.preset !== undefined && flags.config !== undefined) throw invalid('--preset and --config', 'one of them', 'both')
  // A file is read even where a run is resumed: then it must agree with the run.
  const start = flags.config !== undefined ? await readConfigFile(flags.config) : structuredClone(base ?? startOf(flags))
  // Epochs that are asked for count, whatever steps the config has.
  if (flags.epochs !== undefined) delete (start as { fit?: { steps?: unknown } } | null)?.fit?.steps
  const source = (start as { data?: { source?: string } } | null)?.data?.source
  const isIncomplete = base === undefined && analysisOf(flags) === 'always'
  // Until the images have been looked at there are no partitions that flags could change.
  const overrides = overridesOf(flags, source)
    .filter(([path]) => !isIncomplete || !/^(model|objective)\b/.test(path))
  return parseRunConfig(applyOverrides(base === undefined ? fitted(start, overrides, flags) : start, overrides))
}

/** The preset's network, so that it takes the size that the images are brought to. What flags change of it is theirs to get right. */
function fitted (start: unknown, overrides: readonly Override[], { preset }: DataFlags): unknown {
  if (preset === undefined || findPreset(preset).sizedByImages !== true) return start
  const { data, model } = applyOverrides(start, overrides.filter(([path]) => /^data\b/.test(path))) as { data: Size, model: { architecture?: string } }
  const isSize = [data?.height, data?.width].every(side => Number.isInteger(side) && side > 0)
  return isSize && model.architecture === undefined ? { ...start as object, model: fitBlocks(model as Parameters<typeof fitBlocks>[0], data) } : start
}

function startOf (flags: ConfigFlags): Preset['config'] {
  if (flags.preset === undefined) throw invalid('the config', `--preset ${presets.map(({ name }) => name).join('|')} or --config FILE`, 'neither')
  const { name, needsData, config } = findPreset(flags.preset)
  const given = flags.data !== undefined || flags.root !== undefined || (flags.set ?? []).some(assignment => assignment.startsWith('data'))
  if (needsData && !given) throw invalid(`the images of preset ${name}`, '--data DIR', 'nothing')
  return config
}

/** What npm writes before the output of a script, unless told to be silent. */
const NPM_BANNER = /^\s*> \S+@\S+ \S+\s/

/** Gives what the config file says, if there is one, before anything is filled in. @throws TrainerError PVAE_CONFIG_INVALID */
export async function givenConfig ({ config }: DataFlags): Promise<unknown> {
  return config === undefined ? undefined : await readConfigFile(config)
}

async function readConfigFile (path: string): Promise<unknown> {
  const bytes = await readFile(path).catch((error: unknown) => { throw notFound(path, '--config', error, 'PVAE_CONFIG_INVALID') })
  const text = decodeText(bytes, path)
  try {
    return JSON.parse(text)
  } catch (error) {
    if (NPM_BANNER.test(text)) {
      const remedy = `write it with npx pvae presets NAME --out ${path}, or with npm run -s in place of npm run`
      throw invalid('--config', 'a JSON file', `${path}, which begins with npm's banner; ${remedy}`, { cause: error })
    }
    throw invalid('--config', `a JSON file at ${path}`, (error as Error).message, { cause: error })
  }
}
