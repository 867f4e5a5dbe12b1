import {
  bytesFromPlanar, bytesFromStack, drawingOrder, stackLayers, type DrawnLayers,
} from '@partition-vae/models/portable'
import { readLayers } from '../../core/layers.js'
import type { Decoder } from '../decoder.js'
import type { Card } from '../service.js'
import type { Graphs } from './graphs.js'

/** Rows of a batch: more would keep the page from answering for long. */
const BATCH = 8

/** Draws layers from the back to the front, straight. @returns [N, wanted, H, W, 4] */
function stack (layers: DrawnLayers, order: readonly number[], wanted: readonly number[]): Uint8Array {
  return bytesFromStack(stackLayers(layers, { order, wanted, alpha: 'over', light: true }), wanted, layers)
}

/** Makes the decoder that draws in the page: the same pictures as the service's, computed by the same functions. */
export function createDecoder (graphsOf: (card: Card) => Graphs): Decoder {
  return {
    async decode (card, latents) {
      const { height, width, channels } = card.image
      const size = height * width * channels
      const pixels = new Uint8Array(latents.length * size) // [N, H, W, C]
      for (let start = 0; start < latents.length; start += BATCH) {
        const rows = latents.slice(start, start + BATCH)
        const drawn = await graphsOf(card).decode(Float32Array.from(rows.flat()), rows.length) // [n, C, H, W]
        pixels.set(bytesFromPlanar(drawn, card.image), start * size)
      }
      return pixels
    },
    async drawLayers (card, latent) {
      const layers = await graphsOf(card).layers(Float32Array.from(latent), 1)
      const order = drawingOrder(layers)
      const names = order.map(layer => card.partitions[layer]!.name)
      return readLayers(card.image.width, card.image.height, names, stack(layers, order, order))
    },
    async drawLayer (card, partition, latents) {
      const layers = await graphsOf(card).layers(Float32Array.from(latents.flat()), latents.length)
      const wanted = [card.partitions.findIndex(({ name }) => name === partition)]
      const pixels = stack(layers, drawingOrder(layers), wanted) // [N, 1, H, W, 4]
      const size = pixels.length / latents.length
      return latents.map((_, i) => pixels.subarray(i * size, (i + 1) * size))
    },
  }
}
