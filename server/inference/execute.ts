import { checkGolden, pixelCount, proveLayers, type Card, type GraphRunner } from '@partition-vae/models'
import { openGraphs, type Graphs, type Tensors, type LoadReport } from '@partition-vae/collections/runtime'
import { runTogether, type BatchOptions, type BatchTimings, type Settled, type SharedGraphs } from './batch.js'
import { batchLimits, paddedSizes } from './batch-limits.js'
import { drawInfluence, drawTraversalOfImage, mixImages } from './explore.js'
import { drawLayers } from './layers.js'
import { drawLatents, encodeGrid, encodeSeparately, imagesToGraph, readPixels } from './pixels.js'
import { createScratch } from './scratch.js'
import type { AnyTask, ImageInput, ImageOutput, Kind, ModelSource, Result, Task } from './tasks.js'

/** A version on one thread: its graphs, proven by its golden examples. */
export interface LoadedModel {
  readonly report: LoadReport
  execute(task: AnyTask): Promise<Result<Kind>>
  /**
   * Side by side, their images and latents in common runs. What fails, fails alone; outcomes are in the order of the
   * tasks.
   */
  executeAll(
    tasks: readonly AnyTask[]
  ): Promise<{ readonly outcomes: ReadonlyArray<Settled<Result<Kind>>>; readonly timings: BatchTimings }>
  release(): Promise<void>
}

/**
 * Loads the graphs and runs the golden examples: a graph that computes something else than the trained one is never
 * served.
 * @throws ModelError PVAE_GOLDEN_INVALID, or the error of ONNX Runtime
 */
export async function loadModel (source: ModelSource): Promise<LoadedModel> {
  const { graphs, report, release } = await openGraphs(source)
  const { rows } = batchLimits(source.card)
  const options: BatchOptions = {
    rows,
    pad: report.executionProvider === 'cuda',
    scratch: createScratch(rows * pixelCount(source.card.image)),
  }
  let gain: number | undefined
  try {
    await checkGolden(source.golden, source.card, graphs, source.key)
    const { decode, layers } = graphs
    if (layers !== undefined) gain = await proveLayers(source.golden, source.card, { decode, layers }, source.key)
    if (options.pad) await warm(source.card, graphs, options.rows)
  } catch (error) {
    await release()
    throw error
  }
  const executeAll = (tasks: readonly AnyTask[]) =>
    runTogether(tasks.map(task => (shared: SharedGraphs) => execute(source.card, shared, task, gain)), graphs, options)
  return {
    report,
    release,
    executeAll,
    async execute (task) {
      const outcome = (await executeAll([task])).outcomes[0]!
      if ('error' in outcome) throw outcome.error
      return outcome.value
    },
  }
}

/** Every batch size that is to come, once: the first run of each is slow on a GPU. */
async function warm ({ image, latentSize }: Card, runner: Graphs, rows: number): Promise<void> {
  for (const n of paddedSizes(rows)) {
    await runner.encode(new Float32Array(n * pixelCount(image)), n)
    await runner.decode(new Float32Array(n * latentSize), n)
    await runner.layers?.(new Float32Array(n * latentSize), n)
  }
}

async function execute (
  card: Card,
  runner: SharedGraphs,
  task: AnyTask,
  gain: number | undefined
): Promise<Result<Kind>> {
  switch (task.kind) {
    case 'encode': return await encode(card, runner, task)
    case 'decode': return { files: await writeImages(await drawLatents(card, runner, task.latents), card, task) }
    case 'reconstruct': return { files: await reconstruct(card, runner, task) }
    case 'grid': return { file: await renderGrid(card, runner, task) }
    case 'imageTraversal': return await drawTraversalOfImage(card, runner, task)
    case 'mix': return await mixImages(card, runner, task)
    case 'influence': return await drawInfluence(card, runner, task)
    case 'layers': return await drawLayers(card, runner, task, gain)
    case 'infer': return { outputs: await infer(runner, task) }
  }
}

/** As the contract names them. */
async function infer (runner: SharedGraphs, { graph, input, rows }: Task<'infer'>): Promise<Tensors> {
  if (graph === 'decoder') return { image: await runner.decode(input, rows) }
  if (graph === 'layers') return { layers: await runner.layers(input, rows) }
  const { mean, logVariance } = await runner.encode(input, rows)
  return { mean, log_variance: logVariance }
}

/** N files → [N, H, W, C] → posterior [N, D]. */
async function encode ({ image }: Card, runner: SharedGraphs, input: ImageInput): Promise<Result<'encode'>> {
  return await runner.encode(imagesToGraph(await readPixels(image, input), image), input.images.length)
}

/** Each image, by its posterior mean, drawn anew; where that is asked for, the image before it as the model got it. */
async function reconstruct (
  card: Card,
  runner: SharedGraphs,
  task: Task<'reconstruct'>
): Promise<Uint8Array[]> {
  const { image } = card
  const inputs = await readPixels(image, task) // [N, H, W, C]
  const { mean } = await runner.encode(imagesToGraph(inputs, image), task.images.length)
  const drawn = await drawLatents(card, runner, mean) // [N, H, W, C]
  if (task.withInput !== true) return await writeImages(drawn, card, task)
  const size = pixelCount(image)
  const pairs = new Uint8Array(2 * drawn.length) // [N, 2, H, W, C]
  for (let start = 0; start < drawn.length; start += size) {
    pairs.set(inputs.subarray(start, start + size), 2 * start)
    pairs.set(drawn.subarray(start, start + size), 2 * start + size)
  }
  return await writeImages(pairs, card, task)
}

/** 8 bit [N, H, W, C] → files. */
async function writeImages (
  pixels: Uint8Array,
  { image }: Card,
  { arrangement, format }: ImageOutput
): Promise<Uint8Array[]> {
  if (arrangement === 'raw') return [pixels]
  if (arrangement === 'separate') return await encodeSeparately(pixels, image, format)
  return [await encodeGrid(pixels, image, { columns: pixels.length / pixelCount(image), zoom: 1, gap: 0 }, format)]
}

async function renderGrid (
  card: Card,
  runner: GraphRunner,
  { latents, layout, zoom, format }: Task<'grid'>
): Promise<Uint8Array> {
  return await encodeGrid(await drawLatents(card, runner, latents), card.image, { ...layout, zoom }, format)
}
