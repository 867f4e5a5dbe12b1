import {
  bytesFromPlanar, checkGolden, composeGrid, decoderContract, encoderContract, pixelCount, planarFromBytes, type Card, type GraphContract, type GraphRunner,
} from '@partition-vae/models'
import { decodeImage, encodeImage } from '../image/codec.js'
import { createSession, cudaProblem, type ExecutionProvider, type Session } from './session.js'
import type { AnyTask, ImageInput, ImageOutput, Kind, LoadReport, ModelSource, Result, Task } from './tasks.js'

/** A version on one thread: its two graphs, proven by its golden examples. */
export interface LoadedModel {
  readonly report: LoadReport
  execute (task: AnyTask): Promise<Result<Kind>>
  release (): Promise<void>
}

interface Graphs { readonly encoder: Session, readonly decoder: Session }

/**
 * Loads both graphs and runs the golden examples: a graph that computes something else than the trained one is never served.
 * @throws ModelError PVAE_GOLDEN_INVALID, or the error of ONNX Runtime
 */
export async function loadModel (source: ModelSource): Promise<LoadedModel> {
  const { graphs, report } = await createGraphs(source)
  const release = async () => { await Promise.all([graphs.encoder.release(), graphs.decoder.release()]) }
  try {
    await checkGolden(source.golden, source.card, createRunner(graphs), source.key)
  } catch (error) {
    await release()
    throw error
  }
  return { report, execute: task => execute(source.card, graphs, task), release }
}

async function createGraphs (source: ModelSource): Promise<{ graphs: Graphs, report: LoadReport }> {
  const { provider } = source
  const missing = provider === 'cpu' ? undefined : cudaProblem()
  if (provider === 'cpu' || missing !== undefined) return { graphs: await createPair(source, 'cpu'), report: reportCpu(provider === 'cuda' ? missing : undefined) }
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
  return { encoder: await create(encoder, encoderContract(card)), decoder: await create(decoder, decoderContract(card)) }
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

async function execute (card: Card, graphs: Graphs, task: AnyTask): Promise<Result<Kind>> {
  const runner = createRunner(graphs)
  switch (task.kind) {
    case 'encode': return await encode(card, runner, task)
    case 'decode': return { files: await decode(card, runner, task.latents, task) }
    case 'reconstruct': return { files: await decode(card, runner, (await encode(card, runner, task)).mean, task) }
    case 'grid': return { file: await renderGrid(card, runner, task) }
  }
}

/** N files → [N, H, W, C] → posterior [N, D]. */
async function encode ({ image: shape }: Card, runner: GraphRunner, input: ImageInput): Promise<Result<'encode'>> {
  const size = pixelCount(shape)
  const pixels = new Uint8Array(input.images.length * size)
  const decoded = input.images.map(async (bytes, i) => pixels.set(await decodeImage(bytes, shape, input, `image[${i}]`), i * size))
  await Promise.all(decoded)
  return await runner.encode(planarFromBytes(pixels, shape), input.images.length)
}

/** Latents [N, D] → 8 bit [N, H, W, C]. */
async function draw (card: Card, runner: GraphRunner, latents: Float32Array): Promise<Uint8Array> {
  return bytesFromPlanar(await runner.decode(latents, latents.length / card.latentSize), card.image)
}

async function decode (card: Card, runner: GraphRunner, latents: Float32Array, { arrangement, format }: ImageOutput): Promise<Uint8Array[]> {
  const pixels = await draw(card, runner, latents)
  const size = pixelCount(card.image)
  const count = pixels.length / size
  if (arrangement === 'strip') {
    const strip = composeGrid(pixels, card.image, { columns: count, zoom: 1, gap: 0 })
    return [await encodeImage(strip.bytes, strip, format)]
  }
  const images = Array.from({ length: count }, (_, i) => pixels.subarray(i * size, (i + 1) * size))
  return await Promise.all(images.map(image => encodeImage(image, card.image, format)))
}

async function renderGrid (card: Card, runner: GraphRunner, { latents, columns, rowLabels, zoom, format }: Task<'grid'>): Promise<Uint8Array> {
  const grid = composeGrid(await draw(card, runner, latents), card.image, { columns, zoom, rowLabels })
  return await encodeImage(grid.bytes, grid, format)
}
