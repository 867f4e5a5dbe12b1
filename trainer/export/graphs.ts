/** The graphs of a trained model, as the model repository's contract wants them. */
import {
  decoderContract,
  encoderContract,
  latentSizeOf,
  layersContract,
  type GraphContract,
} from '@partition-vae/models'
import type { NamedArrays } from '../foundation/training-state.js'
import { permute } from '../engine/permute.js'
import type { Network, NetworkValues } from '../model/network.js'
import { parametersFrom } from '../model/parameters.js'
import { withDynamicBatch } from '../onnx/dynamic-batch.js'
import { axesOf, NCHW, OIHW } from '../onnx/layout.js'
import { lower } from '../onnx/lower.js'
import { trace, type Tensors } from '../onnx/trace.js'
import type { TensorType } from '../onnx/ir.js'

export interface GraphsOptions {
  /** At full resolution. */
  readonly network: Network
  readonly weights: NamedArrays
  /** The network's running statistics; the objective's own are passed over. */
  readonly statistics?: NamedArrays
  /** ONNX metadata of both graphs: name, version, partition table. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Written as the ONNX producer's version. */
  readonly producerVersion?: string
}

export interface ExportedGraphs {
  readonly encoder: Uint8Array
  readonly decoder: Uint8Array
  /** The graph of the layers, of networks that draw partitions apart. */
  readonly layers?: Uint8Array
}

/**
 * Exports encoder, decoder and, where there are any, layers for any batch size, from the same program that was trained.
 */
export function exportGraphs (options: GraphsOptions): ExportedGraphs {
  const { network } = options
  const { model, image } = network
  const contract = { image, latentSize: latentSizeOf(model.partitions), partitions: model.partitions }
  const layers = () => exportGraph(options, 'layers', layersContract(contract), (inputs, values) =>
    ({ layers: network.layers!(inputs.latent!, values) }))
  return {
    encoder: exportGraph(options, 'encoder', encoderContract(contract), (inputs, values) => {
      const { mean, logVariance } = network.encode(inputs.image!, values)
      return { mean, log_variance: logVariance }
    }),
    decoder: exportGraph(options, 'decoder', decoderContract(contract), (inputs, values) =>
      ({ image: network.decode(inputs.latent!, values) })),
    ...network.layers === undefined ? {} : { layers: layers() },
  }
}

const STATISTICS = 'statistics/'

/**
 * Images are channels-first at the graph's boundary and channels-last in the program: only the layout's name differs.
 */
function exportGraph (
  options: GraphsOptions, graphName: string, contract: GraphContract,
  program: (inputs: Tensors, values: NetworkValues) => Tensors
): Uint8Array {
  const { weights, statistics = {}, metadata, producerVersion } = options
  const layouts: Record<string, string> = {}
  for (const { name, dims } of [...contract.inputs, ...contract.outputs]) if (dims.length === 4) layouts[name] = NCHW
  const prefixed = Object.entries(statistics).map(([name, array]) => [STATISTICS + name, array])
  const kept = Object.entries({ ...weights, ...Object.fromEntries(prefixed) as NamedArrays })
  for (const [name, { shape }] of kept) if (shape.length === 4) layouts[name] = OIHW
  const used = new Set<string>()

  const graph = withDynamicBatch(batch => {
    const inputs: Record<string, TensorType> = {}
    for (const { name, dims } of contract.inputs) {
      const [, ...rest] = dims as number[]
      const [channels, height, width] = rest
      const shape = rest.length === 3 ? [batch, height!, width!, channels!] : [batch, ...rest]
      inputs[name] = { shape, dtype: 'float32' }
    }
    for (const [name, { shape }] of kept) inputs[name] = { shape, dtype: 'float32' }
    return lower(trace(tensors => program(tensors, watched(tensors, used)), inputs), { layouts })
  })

  // Weights and statistics were traced as inputs; in the exported graph they are constants.
  for (const [name, array] of kept) {
    if (!used.has(name)) continue
    const { shape, values } = array.shape.length === 4 ? permute(array, axesOf(OIHW)) : array
    graph.constants.push({ name, shape, dtype: 'float32', values })
  }
  const boundary = new Set(contract.inputs.map(({ name }) => name))
  graph.inputs.splice(0, graph.inputs.length, ...graph.inputs.filter(({ name }) => boundary.has(name)))
  return graph.finish({
    graphName,
    producerVersion: producerVersion ?? '0',
    ...(metadata === undefined ? {} : { metadata }),
  })
}

/** Parameters and statistics among a program's inputs; notes the names of those it is asked for. */
function watched (tensors: Tensors, used: Set<string>): NetworkValues {
  const all = parametersFrom(tensors)
  const statistics = new Proxy({}, {
    get: (_, name) => {
      used.add(STATISTICS + String(name))
      return tensors[STATISTICS + String(name)]
    },
  })
  return {
    parameters (name, shape, initializer) {
      used.add(name)
      return all(name, shape, initializer)
    },
    statistics,
  }
}
