/** Reads flags, once: what a person asks of a config becomes a plain value. */
import { readFile, stat } from 'node:fs/promises'
import { invalid } from '../../config/invalid.js'
import { parseAssignment, parseValue, type Override } from '../../config/overrides.js'
import type { ConfigRequest } from '../../config/request.js'
import { decodeText } from '../../data/decode-text.js'
import { isArrays } from '../../data/arrays/is-arrays.js'
import { isWebDataset } from '../../data/webdataset/samples.js'
import { notFound } from '../../foundation/not-found.js'
import type { ConfigFlags } from '../commands/config-flags.js'

/** Flags that stand for one field, in the order in which they change it; what they may be is the schema's to say. */
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
  fps: 'data.rate',
} as const

const MEMBERS = ['images', 'labels', 'factors', 'masks']

/** Text even where they look like numbers. */
const textFlags: ReadonlyArray<keyof typeof fields> = ['name', 'description', 'split']

/**
 * Reads the flags and the config file that they name.
 * @throws TrainerError PVAE_CONFIG_INVALID for flags that exclude each other or don't go with the images, and for a
 * file that is not there or no JSON
 */
export async function requestOf (flags: ConfigFlags): Promise<ConfigRequest> {
  const { preset, baseline, config: file, data: directory, root: sports10 } = flags
  if (flags.epochs !== undefined && flags.steps !== undefined) {
    throw invalid('--epochs and --steps', 'one of them', 'both')
  }
  if (preset !== undefined && file !== undefined) throw invalid('--preset and --config', 'one of them', 'both')
  const images = { ...await imagesAt(directory), ...sports10 === undefined ? {} : { sports10 } }
  if (flags.fps !== undefined && directory !== undefined && await isFolder(directory)) {
    throw invalid('--fps', 'a clip as --data, since of a folder all images are taken,', `the folder ${directory}`)
  }
  const overrides = [
    ...genreOverrides(flags), ...fieldOverrides(flags), ...memberOverrides(flags),
    ...(flags.set ?? []).map(parseAssignment),
  ]
  return {
    ...preset === undefined ? {} : { preset },
    ...baseline === undefined ? {} : { baseline },
    ...file === undefined ? {} : { file: { path: file, value: await readConfigFile(file) } },
    ...directory === undefined && sports10 === undefined ? {} : { images },
    overrides,
  }
}

/**
 * What a path stands for: arrays where it ends as their files do, or is a folder of Cars3D or SmallNORB; WebDataset
 * archives by their ending, or as a folder of them and words about them; a clip where it is another file, and a folder
 * otherwise, also where nothing is there.
 */
export async function imagesAt (path: string | undefined): Promise<ConfigRequest['images']> {
  if (path === undefined) return undefined
  const found = await stat(path).catch(() => undefined)
  const isDirectory = found?.isDirectory() ?? false
  if (await isArrays(path, isDirectory)) return { arrays: path }
  if (await isWebDataset(path, isDirectory)) return { webdataset: path }
  return found === undefined || found.isDirectory() ? { directory: path } : { file: path }
}

async function isFolder (path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

function genreOverrides ({ genre }: ConfigFlags): Override[] {
  if (genre === undefined) return []
  const genres = genre.split(',').map(genre => genre.trim())
  return [['data.genre', genres.length === 1 ? genres[0] : genres]]
}

/** Which array is what: `images=x`. */
function memberOverrides ({ member = [] }: ConfigFlags): Override[] {
  return member.map(text => {
    const [role, name] = text.split(/=(.*)/s) as [string, string?]
    if (!MEMBERS.includes(role) || name === undefined || name === '') {
      throw invalid('--member', `${MEMBERS.join(', ')} = the name of an array, e.g. images=x,`, text)
    }
    return [`data.${role}`, name]
  })
}

function fieldOverrides (flags: ConfigFlags): Override[] {
  return (Object.entries(fields) as Array<[keyof typeof fields, string]>).flatMap(([flag, path]): Override[] => {
    const text = flags[flag]
    if (text === undefined) return []
    const override = [path, textFlags.includes(flag) ? text : parseValue(text)] as const
    // Epochs that are asked for count, whatever steps the config has.
    return flag === 'epochs' ? [override, ['fit.steps', undefined]] : [override]
  })
}

/** Matches what npm writes before the output of a script, unless told to be silent. */
const NPM_BANNER = /^\s*> \S+@\S+ \S+\s/

/** @throws TrainerError PVAE_CONFIG_INVALID for a file that is not there, or no JSON */
export async function readConfigFile (path: string): Promise<unknown> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw notFound(path, '--config', error, 'PVAE_CONFIG_INVALID')
  })
  const text = decodeText(bytes, path)
  try {
    return JSON.parse(text)
  } catch (error) {
    if (NPM_BANNER.test(text)) {
      const remedy = `write it with npx pvae presets NAME --out ${path}, or with npm run -s in place of npm run`
      const found = `${path}, which begins with npm's banner; ${remedy}`
      throw invalid('--config', 'a JSON file', found, { cause: error })
    }
    throw invalid('--config', `a JSON file at ${path}`, (error as Error).message, { cause: error })
  }
}
