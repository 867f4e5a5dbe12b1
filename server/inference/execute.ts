import {
  checkGolden,
  decoderContract,
  encoderContract,
  pixelCount,
  type Card,
  type GraphContract,
  type GraphRunner,
} from '@partition-vae/models'
import { runTogether, type BatchOptions, type BatchTimings, type Settled, type SharedGraphs } from './batch.js'
import { batchLimits, paddedSizes } from './batch-limits.js'
import { drawInfluence, drawTraversalOfImage, mixImages } from './explore.js'
import { drawLatents, encodeGrid, encodeSeparately, imagesToGraph, readPixels } from './pixels.js'
import { createScratch } from './scratch.js'
import { createSession, cudaProblem, type ExecutionProvider, type Session, type Tensors } from './session.js'
import type { AnyTask, ImageInput, ImageOutput, Kind, LoadReport, ModelSource, Result, Task } from './tasks.js'

/** A version on one thread: its two graphs, proven by its golden examples. */
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

interface Graphs { readonly encoder: Session, readonly decoder: Session }

/**
 * Loads both graphs and runs the golden examples: a graph that computes something else than the trained one is never
 * served.
 * @throws ModelError PVAE_GOLDEN_INVALID, or the error of ONNX Runtime
 */
export async function loadModel (source: ModelSource): Promise<LoadedModel> {
  const { graphs, report } = await createGraphs(source)
  const release = async () => { await Promise.all([graphs.encoder.release(), graphs.decoder.release()]) }
  const runner = createRunner(graphs)
  const { rows } = batchLimits(source.card)
  const options: BatchOptions = {
    rows,
    pad: report.executionProvider === 'cuda',
    scratch: createScratch(rows * pixelCount(source.card.image)),
  }
  try {
    await checkGolden(source.golden, source.card, runner, source.key)
    if (options.pad) await warm(source.card, runner, options.rows)
  } catch (error) {
    await release()
    throw error
  }
  const executeAll = (tasks: readonly AnyTask[]) =>
    runTogether(tasks.map(task => (shared: SharedGraphs) => execute(source.card, shared, task)), runner, options)
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
async function warm ({ image, latentSize }: Card, runner: GraphRunner, rows: number): Promise<void> {
  for (const n of paddedSizes(rows)) {
    await runner.encode(new Float32Array(n * pixelCount(image)), n)
    await runner.decode(new Float32Array(n * latentSize), n)
  }
}

async function createGraphs (source: ModelSource): Promise<{ graphs: Graphs, report: LoadReport }> {
  const { provider } = source
  const missing = provider === 'cpu' ? undefined : cudaProblem()
  if (provider === 'cpu' || missing !== undefined) {
    return { graphs: await createPair(source, 'cpu'), report: reportCpu(provider === 'cuda' ? missing : undefined) }
  }
  try {
    return { graphs: await createPair(source, 'cuda'), report: { executionProvider: 'cuda' } }
  } catch (error) {
    // Installed, but there is no device or no driver. A graph at fault fails on the CPU again, and says so.
    return { graphs: await createPair(source, 'cpu'), report: reportCpu((error as Error).message.split('\n')[0]) }
  }
}

function reportCpu (fallbackReason: string | undefined): LoadReport {
  return { executionProvider: 'cpu', ...fallbackReason !== undefined && { fallbackReason } }
}

async function createPair ({ encoder, decoder, card }: ModelSource, provider: ExecutionProvider): Promise<Graphs> {
  const create = (graph: Uint8Array, contract: GraphContract) => createSession(graph, contract, provider)
  const first = await create(encoder, encoderContract(card))
  try {
    return { encoder: first, decoder: await create(decoder, decoderContract(card)) }
  } catch (error) {
    await first.release()
    throw error
  }
}

function createRunner ({ encoder, decoder }: Graphs): GraphRunner {
  return {
    async encode (image, n) {
      const { mean, log_variance: logVariance } = await encoder.run({ image }, n)
      return { mean: mean!, logVariance: logVariance! }
    },
    async decode (latent, n) {
      return (await decoder.run({ latent }, n))['image']!
    },
  }
}

async function execute (card: Card, runner: SharedGraphs, task: AnyTask): Promise<Result<Kind>> {
  switch (task.kind) {
    case 'encode': return await encode(card, runner, task)
    case 'decode': return { files: await decode(card, runner, task.latents, task) }
    case 'reconstruct': return { files: await decode(card, runner, (await encode(card, runner, task)).mean, task) }
    case 'grid': return { file: await renderGrid(card, runner, task) }
    case 'imageTraversal': return await drawTraversalOfImage(card, runner, task)
    case 'mix': return await mixImages(card, runner, task)
    case 'influence': return await drawInfluence(card, runner, task)
    case 'infer': return { outputs: await infer(runner, task) }
  }
}

/** As the contract names them. */
async function infer (runner: GraphRunner, { graph, input, rows }: Task<'infer'>): Promise<Tensors> {
  if (graph === 'decoder') return { image: await runner.decode(input, rows) }
  const { mean, logVariance } = await runner.encode(input, rows)
  return { mean, log_variance: logVariance }
}

/** N files → [N, H, W, C] → posterior [N, D]. */
async function encode ({ image }: Card, runner: SharedGraphs, input: ImageInput): Promise<Result<'encode'>> {
  return await runner.encode(imagesToGraph(await readPixels(image, input), image), input.images.length)
}

async function decode (
  card: Card,
  runner: GraphRunner,
  latents: Float32Array,
  { arrangement, format }: ImageOutput
): Promise<Uint8Array[]> {
  const pixels = await drawLatents(card, runner, latents)
  if (arrangement === 'separate') return await encodeSeparately(pixels, card.image, format)
  return [
    await encodeGrid(pixels, card.image, { columns: latents.length / card.latentSize, zoom: 1, gap: 0 }, format),
  ]
}

async function renderGrid (
  card: Card,
  runner: GraphRunner,
  { latents, layout, zoom, format }: Task<'grid'>
): Promise<Uint8Array> {
  return await encodeGrid(await drawLatents(card, runner, latents), card.image, { ...layout, zoom }, format)
}
