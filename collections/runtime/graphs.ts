import {
  decoderContract, encoderContract, layersContract, type Card, type GraphContract, type GraphRunner,
} from '@partition-vae/models'
import {
  createSession, cudaProblem, type ExecutionProvider, type ProviderPreference, type Session,
} from './session.js'

/** The graphs of a version, and where they are to run. */
export interface GraphSource {
  readonly card: Card
  readonly encoder: Uint8Array
  readonly decoder: Uint8Array
  /** Of models that draw their partitions apart. */
  readonly layers?: Uint8Array
  readonly provider: ProviderPreference
  /** Where the weights are, of graphs that `shareWeights` has taken them out of. Paths are absolute. */
  readonly weights?: { readonly folder: string, readonly files: readonly string[], readonly bytes: number }
}

export interface LoadReport {
  readonly executionProvider: ExecutionProvider
  /** Why it is not the provider that was asked for. */
  readonly fallbackReason?: string
}

/** The graphs of a model. */
export interface Graphs extends GraphRunner {
  /** `latent` [n, D] → layers [n, P, 4, H, W], of models that draw their partitions apart. */
  readonly layers?: GraphRunner['decode'] | undefined
}

interface Sessions { readonly encoder: Session, readonly decoder: Session, readonly layers?: Session }

/**
 * Opens the graphs of a version on this thread, all of them on the GPU or all on the CPU. They are not proven yet.
 * @throws Error of ONNX Runtime; PVAE_INFERENCE_FAILED for graphs with other names than the contracts'
 */
export async function openGraphs (
  source: GraphSource
): Promise<{ readonly graphs: Graphs; readonly report: LoadReport; release(): Promise<void> }> {
  const { sessions, report } = await openSessions(source)
  return { graphs: createRunner(sessions), report, release: () => releaseAll(sessions) }
}

async function releaseAll (sessions: Partial<Sessions>): Promise<void> {
  await Promise.all(Object.values(sessions).map(session => session.release()))
}

async function openSessions (source: GraphSource): Promise<{ sessions: Sessions, report: LoadReport }> {
  const { provider } = source
  const missing = provider === 'cpu' ? undefined : cudaProblem()
  if (provider === 'cpu' || missing !== undefined) {
    const report = reportCpu(provider === 'cuda' ? missing : undefined)
    return { sessions: await createSessions(source, 'cpu'), report }
  }
  try {
    return { sessions: await createSessions(source, 'cuda'), report: { executionProvider: 'cuda' } }
  } catch (error) {
    // Installed, but there is no device or no driver. A graph at fault fails on the CPU again, and says so.
    return { sessions: await createSessions(source, 'cpu'), report: reportCpu((error as Error).message.split('\n')[0]) }
  }
}

function reportCpu (fallbackReason: string | undefined): LoadReport {
  return { executionProvider: 'cpu', ...fallbackReason !== undefined && { fallbackReason } }
}

async function createSessions (
  { encoder, decoder, layers, card, weights }: GraphSource,
  provider: ExecutionProvider
): Promise<Sessions> {
  const create = (graph: Uint8Array, contract: GraphContract) =>
    createSession(graph, contract, provider, weights?.folder)
  const sessions: { encoder?: Session, decoder?: Session, layers?: Session } = {}
  try {
    sessions.encoder = await create(encoder, encoderContract(card))
    sessions.decoder = await create(decoder, decoderContract(card))
    if (layers !== undefined) sessions.layers = await create(layers, layersContract(card))
    return sessions as Sessions
  } catch (error) {
    await releaseAll(sessions)
    throw error
  }
}

function createRunner ({ encoder, decoder, layers }: Sessions): Graphs {
  return {
    async encode (image, n) {
      const { mean, log_variance: logVariance } = await encoder.run({ image }, n)
      return { mean: mean!, logVariance: logVariance! }
    },
    decode: async (latent, n) => (await decoder.run({ latent }, n))['image']!,
    ...layers && { layers: async (latent: Float32Array, n: number) => (await layers.run({ latent }, n))['layers']! },
  }
}
