/** What a benchmark compares: models on the same images. */
import { didYouMean } from '@partition-vae/models'
import { invalid } from '../config/invalid.js'
import { applyOverrides, type Override } from '../config/overrides.js'
import { findBaseline, findPreset, presets, BASELINE_NAMES } from '../config/presets.js'
import { overridesFor, withOverrides, type ConfigRequest } from '../config/request.js'
import { resolveRequest } from '../config/resolve-request.js'
import type { RunConfig } from '../config/schema.js'
import { validNameOf } from '../config/valid-name.js'

export interface Contestant {
  /** Names its runs: letters, digits, dashes. */
  readonly name: string
  /** For people. */
  readonly title: string
  readonly request: ConfigRequest
  /** What the request alone says of the config: the same benchmark asks for the same. */
  readonly asked: RunConfig
}

export interface BenchmarkRequest {
  /** The preset whose images all are trained on. */
  readonly preset: string
  /** Where the images are, in place of the preset's own. */
  readonly images?: ConfigRequest['images']
  /** Presets and baselines by name. Default: the preset of the images, and all baselines. */
  readonly models?: readonly string[] | undefined
  /** Configs of one's own. */
  readonly files?: ReadonlyArray<NonNullable<ConfigRequest['file']>> | undefined
  /** Changes to each config. */
  readonly overrides: readonly Override[]
}

/**
 * Lists what is compared, in the order in which it was named.
 * @throws TrainerError PVAE_PRESET_NOT_FOUND, PVAE_CONFIG_INVALID naming the model that does not fit
 */
export function contestantsOf (benchmark: BenchmarkRequest): Contestant[] {
  const { preset, models = [preset, ...BASELINE_NAMES], files = [] } = benchmark
  const named = [
    ...models.map(name => ofName(name, benchmark)),
    ...files.map(file => ofFile(file.path, file.value, benchmark)),
  ]
  return named.map(({ request, ...names }, i) => {
    if (named.findIndex(({ name }) => name === names.name) < i) {
      throw invalid('--models and --config', 'models with different names', `${names.name} twice`)
    }
    return { ...names, request, asked: resolveRequest(request) }
  })
}

type Named = Omit<Contestant, 'asked'>

function ofName (name: string, benchmark: BenchmarkRequest): Named {
  const { preset, images, overrides } = benchmark
  const onImages = { preset, ...images === undefined ? {} : { images }, overrides }
  if (name === preset) return { name, title: name, request: onImages }
  if (BASELINE_NAMES.includes(name)) {
    const { title, setting, source } = findBaseline(name)
    const isChanged = overrides.some(([path]) => /^(objective|model)\b/.test(path))
    const settings = isChanged ? `${source}, with changes` : `${source}, ${setting}`
    return { name, title: `${title} (${settings})`, request: { ...onImages, baseline: name } }
  }
  const known = [...presets.map(({ name }) => name), ...BASELINE_NAMES]
  if (!known.includes(name)) {
    const found = `${JSON.stringify(name)}${didYouMean(name, known)}`
    throw invalid('--models', `names of presets and baselines (${known.join(', ')})`, found)
  }
  return ofFile(name, findPreset(name).config, benchmark)
}

/** Gives the model, objective and training of a config, on the benchmark's images. */
function ofFile (path: string, value: unknown, { preset, images, overrides }: BenchmarkRequest): Named {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`the config ${path}`, 'an object', JSON.stringify(value))
  }
  const { name: given = path } = value as { name?: unknown }
  const name = validNameOf(String(given))
  if (name === undefined) throw invalid(`the name in ${path}`, 'letters, digits and dashes', JSON.stringify(given))
  const { data } = findPreset(preset).config as { data: { source: string } }
  const onImages = overridesFor({ ...images === undefined ? {} : { images }, overrides: [] }, data.source)
  const config = applyOverrides({ ...value, data }, onImages)
  return { name, title: name, request: { file: { path, value: config }, overrides } }
}

export interface BenchmarkRun {
  readonly name: string
  readonly contestant: Contestant
  readonly seed: number
  readonly request: ConfigRequest
}

/**
 * Lists the runs of a benchmark: first the first seed of each model, so that there is something of all soon.
 * @param seeds of each model; the first is `first`
 */
export function runsOf (contestants: readonly Contestant[], first: number, seeds: number): BenchmarkRun[] {
  return Array.from({ length: seeds }, (_, i) => first + i).flatMap(seed => contestants.map(contestant => ({
    name: `${contestant.name}-seed-${seed}`,
    contestant,
    seed,
    request: withOverrides(contestant.request, ['seed', seed]),
  })))
}
