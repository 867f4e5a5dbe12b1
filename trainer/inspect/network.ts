/** Describes a network: its layers with shapes, parameters and cost, from a trace of the program that is trained. */
import * as tf from '@tensorflow/tfjs-core'
import { latentSizeOf, type ImageShape } from '@partition-vae/models'
import type { ModelConfig } from '../config/schema.js'
import { listParameters } from '../model/initial-state.js'
import type { Network } from '../model/network.js'
import { parametersFrom, type ParameterSpec } from '../model/parameters.js'
import { kernelsOf, multiplyAdds } from '../onnx/cost.js'
import { sizeOf } from '../onnx/layout.js'
import { trace, type Program } from '../onnx/trace.js'
import type { TensorType, TracedNode, TracedTensor } from '../onnx/ir.js'

export interface LayerDescription {
  /** As its parameters are called, without their last part. */
  readonly name: string
  readonly graph: 'encoder' | 'decoder'
  /** TensorFlow.js's kernels in order, each once, moves of data left out. */
  readonly kernels: readonly string[]
  /**
   * Shape of what it takes from other layers and gives to them, for one image, the batch left out; the largest where
   * there are several.
   */
  readonly input: readonly number[]
  readonly output: readonly number[]
  /** Number of the layer's own parameters. */
  readonly parameters: number
  /** For one image. */
  readonly multiplyAdds: number
  /** Share of the multiply-adds of encoder and decoder together. */
  readonly share: number
}

export interface NetworkDescription {
  readonly architecture: ModelConfig['architecture']
  readonly image: ImageShape
  readonly latentSize: number
  readonly layers: readonly LayerDescription[]
  /** The sums over each network: parts that encoder and decoder share count in both. */
  readonly totals: Readonly<
    Record<'encoder' | 'decoder', { readonly parameters: number; readonly multiplyAdds: number }>
  >
  /** Those of each partition's own networks, and those that all share. */
  readonly parametersByPartition: Readonly<Record<string, number>>
  readonly sharedParameters: number
  readonly parameters: number
}

/** Describes a network at full resolution. */
export function describeNetwork (network: Network): NetworkDescription {
  const { model, image } = network
  const specs = listParameters(network)
  const latentSize = latentSizeOf(model.partitions)
  const graphs = traceGraphs(network, specs)
  const drawn = (['encoder', 'decoder'] as const).flatMap(graph => describeGraph(graph, graphs[graph]))
  const total = sum(drawn.map(({ multiplyAdds }) => multiplyAdds))
  const layers = drawn.map(layer => ({ ...layer, share: total === 0 ? 0 : layer.multiplyAdds / total }))
  const parametersIn = (those: readonly ParameterSpec[]) => sum(those.map(({ shape }) => sizeOf(shape)))
  const parametersByPartition = Object.fromEntries(model.partitions.map(({ name: partition }) =>
    [partition, parametersIn(specs.filter(({ name }) => name.startsWith(`partition/${partition}/`)))]))
  const parameters = parametersIn(specs)
  const totalOf = (graph: LayerDescription['graph']) => {
    const members = layers.filter(layer => layer.graph === graph)
    return {
      parameters: sum(members.map(({ parameters }) => parameters)),
      multiplyAdds: sum(members.map(({ multiplyAdds }) => multiplyAdds)),
    }
  }
  return {
    architecture: model.architecture,
    image,
    latentSize,
    layers,
    totals: { encoder: totalOf('encoder'), decoder: totalOf('decoder') },
    parametersByPartition,
    sharedParameters: parameters - sum(Object.values(parametersByPartition)),
    parameters,
  }
}

function traceGraphs (
  network: Network, specs: readonly ParameterSpec[]
): Record<'encoder' | 'decoder', TracedNode[]> {
  const { model, image } = network
  const weights = Object.fromEntries(
    specs.map(({ name, shape }): [string, TensorType] => [name, { shape, dtype: 'float32' }]))
  const values = (tensors: Parameters<Program>[0]) => ({
    parameters: parametersFrom(tensors),
    statistics: Object.fromEntries(
      Object.entries(network.initialStatistics).map(([name, { shape }]) => [name, tf.zeros([...shape])])),
  })
  const kernels = (name: string, shape: readonly number[], program: Program) =>
    kernelsOf(trace(program, { ...weights, [name]: { shape, dtype: 'float32' } }))
  return {
    encoder: kernels('image', [1, image.height, image.width, image.channels], tensors =>
      ({ ...network.encode(tensors['image']!, values(tensors)) })),
    decoder: kernels('latent', [1, latentSizeOf(model.partitions)], tensors =>
      ({ image: network.decode(tensors['latent']!, values(tensors)) })),
  }
}

/** Kernels that only move data, or say what it is. */
const MOVES = new Set(['Reshape', 'ExpandDims', 'Identity', 'Transpose', 'Cast'])

function describeGraph (
  graph: LayerDescription['graph'],
  nodes: readonly TracedNode[]
): Array<Omit<LayerDescription, 'share'>> {
  const users = new Map<TracedTensor, TracedNode[]>()
  for (const node of nodes) {
    for (const input of Object.values(node.inputs)) users.set(input, [...(users.get(input) ?? []), node])
  }
  const byLayer = new Map<string, TracedNode[]>()
  // From the last kernel to the first: a layer comes where its result does.
  for (const node of nodes.toReversed()) {
    byLayer.set(node.place.layer, [node, ...(byLayer.get(node.place.layer) ?? [])])
  }
  return [...byLayer].reverse().map(([layer, members]) => {
    const inside = new Set(members)
    const taken = new Set(members.flatMap(({ inputs }) => Object.values(inputs)))
    const comes = [...taken].filter(({ source }) =>
      source.kind === 'kernel' ? !inside.has(source.node) : source.kind === 'input' && isData(source.name)
    )
    const goes = members
      .flatMap(({ outputs }) => outputs)
      .filter(output => (users.get(output) ?? [undefined]).some(user => user === undefined || !inside.has(user)))
    const weights = [...taken].filter(({ source }) => source.kind === 'input' && !isData(source.name))
    const kernels = members.map(({ kernel }) => kernel)
    const named = kernels.filter(kernel => !MOVES.has(kernel))
    return {
      name: layer === '' ? '(input)' : layer,
      graph,
      kernels: [...new Set(named.length > 0 ? named : kernels)],
      input: largest(comes),
      output: largest(goes),
      parameters: sum(weights.map(({ shape }) => sizeOf(shape))),
      multiplyAdds: sum(members.map(multiplyAdds)),
    }
  })
}

const isData = (input: string): boolean => input === 'image' || input === 'latent'

/** Without the batch, which is 1. */
function largest (tensors: readonly TracedTensor[]): readonly number[] {
  const [first] = tensors.toSorted((a, b) => sizeOf(b.shape) - sizeOf(a.shape))
  return first === undefined ? [] : first.shape.slice(first.shape[0] === 1 ? 1 : 0)
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
