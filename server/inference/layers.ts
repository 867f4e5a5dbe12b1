import {
  averageGains,
  bytesFromStack,
  drawingOrder,
  stackLayers,
  type Card,
  type DrawnLayers,
} from '@partition-vae/models'
import { InferenceError } from '../foundation/errors.js'
import type { SharedGraphs } from './batch.js'
import { encodeGrid, encodeSeparately } from './pixels.js'
import type { Result, Task } from './tasks.js'

/**
 * Draws what each partition draws, apart from the others.
 * @param gain index of the partition that is the gain
 * @throws PVAE_INFERENCE_FAILED if a number is not finite: nothing can be laid over it
 */
export async function drawLayers (
  card: Card,
  runner: SharedGraphs,
  task: Task<'layers'>,
  gain: number | undefined
): Promise<Result<'layers'>> {
  const { latents, arrangement, format, datatype, alpha, light } = task
  const values = await runner.layers(latents, latents.length / card.latentSize) // [N, P, 4, H, W]
  if (!values.every(Number.isFinite)) throw new InferenceError('The graph gave numbers that are not finite in layers')
  const layers: DrawnLayers = { values, shape: card, gain }
  const order = drawingOrder(layers)
  const wanted = order.filter(layer => task.partitions.includes(card.partitions[layer]!.name))
  const stack = stackLayers(layers, { order, wanted, alpha, light }) // [N, wanted, H, W, 4]
  const shape = { ...card.image, channels: 4 }
  const files = async (): Promise<readonly Uint8Array[]> => {
    if (arrangement === 'raw' && datatype === 'FP32') return [new Uint8Array(stack.buffer)]
    const pixels = bytesFromStack(stack, wanted, layers)
    if (arrangement === 'raw') return [pixels]
    if (arrangement === 'separate') return await encodeSeparately(pixels, shape, format)
    return [await encodeGrid(pixels, shape, { columns: wanted.length, zoom: 1, gap: 0 }, format)]
  }
  return {
    partitions: wanted.map(layer => card.partitions[layer]!.name),
    gain: gain === undefined ? undefined : card.partitions[gain]!.name,
    factors: averageGains(layers),
    files: await files(),
  }
}
