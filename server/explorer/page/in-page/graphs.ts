/** The graphs of a model in the page, as its contract has them. Each is opened when it is first run. */
import { composeLayers, type DrawnLayers } from '@partition-vae/models/portable'
import type { Card } from '../service.js'
import { openGraph, type Graph } from './runtime.js'

export interface Posterior {
  /** [N, D] */
  readonly mean: Float32Array
  /** [N, D] */
  readonly logVariance: Float32Array
}

export interface Graphs {
  /** image [N, C, H, W] → posterior */
  encode (image: Float32Array, rows: number): Promise<Posterior>
  /** latent [N, D] → [N, C, H, W] in [0, 1] */
  decode (latent: Float32Array, rows: number): Promise<Float32Array>
  /** latent [N, D] → [N, P, 4, H, W]; only for models that have layers */
  layers (latent: Float32Array, rows: number): Promise<DrawnLayers>
}

export interface GraphFiles {
  /** Gives a file of the model; not `decoder.onnx` where there are layers, which compose to its picture. */
  readonly read: (name: 'encoder.onnx' | 'decoder.onnx' | 'layers.onnx') => Promise<Uint8Array>
  /** Gives the WebAssembly of ONNX Runtime. */
  readonly runtime: () => Promise<Uint8Array>
  /** Index of the partition that multiplies all others, where there is one. */
  readonly gain: number | undefined
}

export function createGraphs (card: Card, { read, runtime, gain }: GraphFiles): Graphs {
  const { image: { height, width, channels }, latentSize } = card
  const opened = new Map<string, Promise<Graph>>()
  const open = (name: Parameters<typeof read>[0]) => {
    let graph = opened.get(name)
    if (graph === undefined) {
      graph = read(name).then(onnx => openGraph(onnx, runtime))
      // What did not come once may come later.
      graph.catch(() => opened.delete(name))
      opened.set(name, graph)
    }
    return graph
  }
  const layers = async (latent: Float32Array, rows: number): Promise<DrawnLayers> => {
    const outputs = await (await open('layers.onnx')).run('latent', latent, [rows, latentSize])
    return { values: outputs['layers']!, shape: card, gain } // [N, P, 4, H, W]
  }
  return {
    layers,
    async encode (image, rows) {
      const graph = await open('encoder.onnx')
      const outputs = await graph.run('image', image, [rows, channels, height, width])
      return { mean: outputs['mean']!, logVariance: outputs['log_variance']! } // [N, D]
    },
    async decode (latent, rows) {
      if (card.links.layers !== undefined) return composeLayers(await layers(latent, rows))
      return (await (await open('decoder.onnx')).run('latent', latent, [rows, latentSize]))['image']! // [N, C, H, W]
    },
  }
}
