/** Losses of a preset's first steps on an engine: the same images, order, noise and schedules on every one. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { findPreset } from '../../trainer/config/presets.js'
import { completeRequest } from '../../trainer/config/resolve-request.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import type { RunConfig } from '../../trainer/config/schema.js'
import type { ImageDataset } from '../../trainer/data/dataset.js'
import { createMemoryDataset } from '../../trainer/data/memory.js'
import { openMnist } from '../../trainer/data/mnist.js'
import { openDataset } from '../../trainer/data/open.js'
import { createSceneDataset } from '../../trainer/data/table-tennis/dataset.js'
import { createEngine, type EngineOptions } from '../../trainer/engine/create.js'
import type { TrainingState } from '../../trainer/foundation/training-state.js'
import { fit } from '../../trainer/fit/loop.js'
import { createRun } from '../../trainer/fit/run-directory.js'
import { analyseFootage } from '../../trainer/footage/analyse.js'
import { proposeConfig } from '../../trainer/footage/propose.js'
import { createNetwork } from '../../trainer/model/create-network.js'
import { openSources } from '../../trainer/run/open-sources.js'

export interface PresetStepsOptions {
  readonly steps: number
  readonly batchSize: number
  /** Images of about half the side, and sprites too. Default false. */
  readonly small?: boolean
  /** At most 4 channels and units in each layer but the latent. Default false. */
  readonly narrow?: boolean
}

export interface PresetSteps {
  readonly config: RunConfig
  readonly train: ImageDataset
}

const EPOCH_STEPS = 2

/** The data of a preset whose pictures are drawn by definition. */
function drawn (name: string): Extract<RunConfig['data'], { source: 'tetrominoes' }> {
  return parseRunConfig(findPreset(name).config).data as ReturnType<typeof drawn>
}

/** The preset, shortened to so many steps with its stages in proportion, and images for it. */
export async function shortened (
  name: string,
  { steps, batchSize, small = false, narrow = false }: PresetStepsOptions
): Promise<PresetSteps> {
  const {
    config: { data },
    analyses,
  } = findPreset(name)
  // What only may turn out to be footage is taken as it is otherwise.
  const isFootage = analyses === 'always'
  const { source } = data as { source: string }
  const count = EPOCH_STEPS * batchSize
  const train =
    source === 'table-tennis'
      ? createSceneDataset({
        stream: 'train',
        count,
        seed: 0,
        shape: small ? { height: 24, width: 32, channels: 3 } : { height: 48, width: 64, channels: 3 },
      })
      : source === 'folder'
        ? await frames(Math.max(count, isFootage ? 600 : 0), small)
        : ['mnist', 'idx'].includes(source)
            ? await digits(count, small)
            : (await openDataset({ ...drawn(name), count, testCount: 1 })).train
  const fitting = { batchSize, epochs: steps / EPOCH_STEPS, learningRateWarmupSteps: Math.ceil(steps / 20) }
  const whole = isFootage
    ? footage(name, await analyseFootage(train, { seed: 0 }), train.count, fitting)
    : parseRunConfig({
      ...findPreset(name).config,
      ...(source === 'folder' || source === 'idx' ? { data: { ...(data as object), directory: 'none' } } : {}),
    })
  const total = (whole.fit.epochs * (TRAINING_IMAGES[source] ?? train.count)) / whole.fit.batchSize
  const model = inProportion(narrow ? fewer(whole.model) : whole.model, small ? 0.5 : 1, steps / total)
  return {
    config: parseRunConfig({ ...whole, model, fit: { ...whole.fit, ...fitting, steps: undefined } }),
    train: whole.objective.pairs === undefined
      ? await firstOf(train, count)
      : inPairs(await firstOf(train, count), Object.values(whole.objective.pairs.groups ?? { all: 'factor' })),
  }
}

/**
 * So few images of a table of factors hardly have any that differ in one: each is paired with the next, and is said to
 * differ in one of these factors.
 */
function inPairs (dataset: ImageDataset, names: readonly string[]): ImageDataset {
  return {
    ...dataset,
    factors: {
      names,
      groups: Object.fromEntries(names.map(name => [name, [name]])),
      values: new Float64Array(dataset.count * names.length),
    },
    pairs: {
      firsts: () => Uint32Array.from({ length: dataset.count }, (_, image) => image),
      readPartners: (firsts, _, out) => dataset.read(firsts.map(first => (first + 1) % dataset.count), out),
      factorsOf: firsts => firsts.map(first => first % names.length),
    },
  }
}

const TRAINING_IMAGES: Readonly<Record<string, number>> = { mnist: 60_000, idx: 60_000, 'table-tennis': 20_000 }

function footage (
  preset: string,
  analysis: Awaited<ReturnType<typeof analyseFootage>>,
  count: number,
  { batchSize, epochs }: { batchSize: number; epochs: number }
): RunConfig {
  const request = { preset, images: { directory: 'none' }, overrides: [] }
  return completeRequest(request, proposeConfig(analysis, { count, batchSize, epochs }))
}

/** Numbers under the keys that count channels and widths, at most 4. */
function fewer<T> (part: T): T {
  if (Array.isArray(part)) return part.map(fewer) as T
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(Object.entries(part).map(([key, value]) => {
    const isWidth = ['channels', 'base', 'hidden', 'rank'].includes(key)
    if (isWidth && typeof value === 'number') return [key, Math.min(4, value)]
    if (isWidth && Array.isArray(value)) return [key, value.map(width => Math.min(4, width as number))]
    return [key, fewer(value)]
  })) as T
}

/** Extents by the side of the images, stages by the number of steps. */
function inProportion (model: RunConfig['model'], side: number, time: number): object {
  if (model.architecture !== 'layered') return model
  const even = (size: number) => 2 * Math.round(size / 2)
  const step = (at: number) => Math.max(1, Math.round(at * time))
  return {
    ...model,
    partitions: model.partitions.map(partition => ({
      ...partition,
      ...('activeFrom' in partition && partition.activeFrom > 0 ? { activeFrom: step(partition.activeFrom) } : {}),
      ...(partition.kind === 'sprite' && partition.place === undefined
        ? { rows: even(partition.rows * side), columns: even(partition.columns * side) }
        : {}),
    })),
    ...(model.coarse === undefined ? {} : { coarse: { ...model.coarse, steps: step(model.coarse.steps) } }),
  }
}

/** Handwriting; half size is the mean of 2 × 2 pixels inside a border of 2. */
async function digits (count: number, small: boolean): Promise<ImageDataset> {
  const { train } = await openMnist()
  const images = await firstOf(train, count)
  if (!small) return images
  const side = 16
  const all = new Uint8Array(count * 28 * 28)
  await images.read(Uint32Array.from({ length: count }, (_, i) => i), all)
  const halves = new Uint8Array(count * side * side)
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < 14; y++) {
      for (let x = 0; x < 14; x++) {
        const at = (dy: number, dx: number) => all[n * 784 + (2 * y + dy) * 28 + 2 * x + dx]!
        halves[(n * side + y + 1) * side + x + 1] = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4
      }
    }
  }
  return createMemoryDataset({ name: 'digits', shape: { height: side, width: side, channels: 1 }, images: halves })
}

/** Square frames of a white square and a red bar that move over a grey floor. */
async function frames (count: number, small: boolean): Promise<ImageDataset> {
  const side = small ? 32 : 64
  const shape: ImageShape = { height: side, width: side, channels: 3 }
  const images = new Uint8Array(count * pixelCount(shape)).fill(90)
  const paint = (n: number, top: number, left: number, height: number, width: number, colour: readonly number[]) => {
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) images.set(colour, ((n * side + y) * side + x) * 3)
    }
  }
  for (let n = 0; n < count; n++) {
    paint(n, 2 + (n * 7) % (side - 10), 2 + (n * 13) % (side / 2 - 8), 5, 5, [250, 250, 250])
    paint(n, 3 + (n * 11) % (side - 14), side / 2 + (n * 5) % (side / 2 - 6), 10, 4, [220, 30, 40])
  }
  return createMemoryDataset({ name: 'frames', shape, images })
}

async function firstOf (dataset: ImageDataset, count: number): Promise<ImageDataset> {
  const { name, shape } = dataset
  const images = new Uint8Array(count * pixelCount(shape))
  await dataset.read(Uint32Array.from({ length: count }, (_, i) => i), images)
  await dataset.close()
  return createMemoryDataset({ name, shape, images })
}

export interface Losses {
  readonly losses: readonly number[]
  readonly description: string
  /** Wall time of a step, median. */
  readonly milliseconds: number
}

export interface LossesOptions extends Pick<EngineOptions, 'kind' | 'backend' | 'lowering' | 'device' | 'threads'> {
  /**
   * Begins with weights that are all next to the seed's: how far apart rounding alone drives two runs. Default false.
   */
  readonly nudged?: boolean
}

/** Trains, by the loop that trains everything. */
export async function lossesOf (
  { config, train }: PresetSteps,
  { nudged = false, ...engineOptions }: LossesOptions
): Promise<Losses> {
  const {
    model,
    objective,
    seed,
    fit: { adam, batchSize, gradientClip },
  } = config
  const network = createNetwork(model, train.shape)
  const engine = await createEngine({ network, objective, adam, batchSize, seed, gradientClip, ...engineOptions })
  if (nudged) await engine.writeState(nextTo(await engine.readState()))
  const folder = await mkdtemp(join(tmpdir(), 'pvae-losses-'))
  const run = await createRun({ runs: folder, name: 'run' }, config)
  const losses: number[] = []
  const times: number[] = []
  let before = performance.now()
  try {
    await fit({
      config,
      network,
      engine,
      ...await openSources(config, train),
      dataFingerprint: train.fingerprint,
      run,
      onStep ({ metrics: { loss } }) {
        losses.push(loss)
        times.push(performance.now() - before)
        before = performance.now()
      },
    })
    return {
      losses,
      description: engine.description,
      milliseconds: times.toSorted((a, b) => a - b)[times.length >> 1]!,
    }
  } finally {
    await engine.dispose()
    await run.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The state with every weight one unit in its last place away from 0. */
function nextTo (state: TrainingState): TrainingState {
  const weights = Object.fromEntries(
    Object.entries(state.weights).map(([name, { shape, values }]) => [
      name,
      { shape, values: values.map(weight => weight * (1 + 2 ** -23)) },
    ])
  )
  return { ...state, weights }
}

/** Differences of losses by step, each relative to the larger of 1 and the reference's largest loss so far. */
export function differences (losses: readonly number[], reference: readonly number[]): number[] {
  let scale = 1
  return reference.map((expected, step) => {
    scale = Math.max(scale, Math.abs(expected))
    const difference = Math.abs(losses[step]! - expected) / scale
    return Number.isNaN(difference) ? Infinity : difference
  })
}
