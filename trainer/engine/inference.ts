/**
 * Encoder and decoder of exported graphs on ONNX Runtime: what evaluation and golden examples run, so that they judge
 * what is served.
 */
import { readCapacity } from '@partition-vae/collections/capacity'
import type { ImageShape } from '@partition-vae/models'
import type { InferenceGraphs } from './engine.js'
import { permute } from './permute.js'
import { createRuntimeSession, type RuntimeSession } from './runtime.js'

export interface InferenceOptions {
  readonly encoder: Uint8Array
  readonly decoder: Uint8Array
  /** The graph of the layers, of models that draw partitions apart. */
  readonly layers?: Uint8Array
  readonly image: ImageShape
  readonly latentSize: number
  /** Default: all cores. */
  readonly threads?: number
}

export async function createInference ({
  encoder,
  decoder,
  layers,
  image,
  latentSize,
  threads = readCapacity().cores,
}: InferenceOptions): Promise<InferenceGraphs> {
  const options = { threads, optimization: 'all' } as const
  const encoderSession = await createRuntimeSession(encoder, options)
  const decoderSession = await createRuntimeSession(decoder, options)
  let layersSession: Promise<RuntimeSession> | undefined
  const { height, width, channels } = image
  // Of one channel, pixels are laid out alike on both sides.
  return {
    async encode (pixels) {
      const batch = pixels.length / (height * width * channels)
      const { mean, log_variance: logVariance } = await encoderSession.run({
        image: channels === 1
          ? { shape: [batch, 1, height, width], values: pixels }
          : permute({ shape: [batch, height, width, channels], values: pixels }, [0, 3, 1, 2]),
      })
      return { mean: mean!.values, logVariance: logVariance!.values }
    },
    async decode (latent) {
      const { image: planar } = await decoderSession.run({
        latent: { shape: [latent.length / latentSize, latentSize], values: latent },
      })
      return channels === 1 ? planar!.values : permute(planar!, [0, 2, 3, 1]).values
    },
    ...(layers && {
      async layers (latent: Float32Array) {
        // Only figures ask for it.
        layersSession ??= createRuntimeSession(layers, options)
        const { layers: drawn } = await (
          await layersSession
        ).run({ latent: { shape: [latent.length / latentSize, latentSize], values: latent } })
        return drawn!.values
      },
    }),
    async dispose () {
      await encoderSession.release()
      await decoderSession.release()
      await (await layersSession)?.release()
    },
  }
}
