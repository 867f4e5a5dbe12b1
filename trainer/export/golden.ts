import {
  createGolden,
  latentSizeOf,
  layOutPartitions,
  pixelCount,
  type Golden,
  type GraphRunner,
  type ImageShape,
} from '@partition-vae/models'
import type { ModelConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import type { InferenceGraphs } from '../engine/engine.js'
import { permute } from '../engine/permute.js'

const EXAMPLES = 4

/** Golden examples: what the exported graphs give for the first images of a data set. */
export async function recordGolden (
  inference: InferenceGraphs,
  dataset: ImageDataset,
  model: Pick<ModelConfig, 'partitions'>
): Promise<Golden> {
  const { shape } = dataset
  const count = Math.min(EXAMPLES, dataset.count)
  const size = pixelCount(shape)
  const bytes = new Uint8Array(count * size)
  await dataset.read(
    Uint32Array.from({ length: count }, (_, i) => i),
    bytes
  )
  const images = Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
  const latentSize = latentSizeOf(layOutPartitions(model.partitions))
  return createGolden(
    { image: { ...shape, channels: shape.channels as 1 | 3 }, latentSize },
    images,
    planarRunner(inference, shape)
  )
}

/** The graphs as the repository speaks of them, channels first. */
export function planarRunner (inference: InferenceGraphs, { height, width, channels }: ImageShape): GraphRunner {
  return {
    encode: (image, n) =>
      inference.encode(permute({ shape: [n, channels, height, width], values: image }, [0, 2, 3, 1]).values),
    decode: async (latent, n) =>
      permute({ shape: [n, height, width, channels], values: await inference.decode(latent) }, [0, 3, 1, 2]).values,
  }
}
