/** The two graphs of a trained model, as the model repository's contract wants them. */
import { decoderContract, encoderContract, latentSizeOf, type GraphContract, type ImageShape } from '@partition-vae/models'
import type { ModelConfig } from '../config/schema.js'
import type { NamedArrays } from '../engine/engine.js'
import { permute } from '../engine/permute.js'
import { decode } from '../model/decoder.js'
import { encode } from '../model/encoder.js'
import { parametersFrom } from '../model/parameters.js'
import { withDynamicBatch } from '../onnx/dynamic-batch.js'
import { axesOf, NCHW, OIHW } from '../onnx/layout.js'
import { lower } from '../onnx/lower.js'
import { trace, type Program, type TensorType } from '../onnx/trace.js'

export interface GraphsOptions {
  readonly model: ModelConfig
  readonly image: ImageShape
  readonly weights: NamedArrays
  /** ONNX metadata of both graphs: name, version, partition table. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Written as the ONNX producer's version. */
  readonly producerVersion?: string
}

export interface ExportedGraphs {
  readonly encoder: Uint8Array
  readonly decoder: Uint8Array
}

/** Exports encoder and decoder for any batch size, from the same program that was trained. */
export function exportGraphs (options: GraphsOptions): ExportedGraphs {
  const { model, image } = options
  const latentSize = latentSizeOf(model.partitions)
  const contract = { image, latentSize }
  return {
    encoder: exportGraph(options, 'encoder', encoderContract(contract), inputs => {
      const { mean, logVariance } = encode(inputs.image!, model, parametersFrom(inputs))
      return { mean, log_variance: logVariance }
    }),
    decoder: exportGraph(options, 'decoder', decoderContract(contract), inputs => ({
      image: decode(inputs.latent!, model, image, parametersFrom(inputs)),
    })),
  }
}

/** Images are channels-first at the graph's boundary and channels-last in the program: only the layout's name differs. */
function exportGraph ({ weights, metadata, producerVersion }: GraphsOptions, graphName: string, contract: GraphContract, program: Program): Uint8Array {
  const layouts: Record<string, string> = {}
  for (const { name, dims } of [...contract.inputs, ...contract.outputs]) if (dims.length === 4) layouts[name] = NCHW
  const own = Object.entries(weights).filter(([name]) => name.startsWith('decoder/') === (graphName === 'decoder'))
  for (const [name, { shape }] of own) if (shape.length === 4) layouts[name] = OIHW

  const graph = withDynamicBatch(batch => {
    const inputs: Record<string, TensorType> = {}
    for (const { name, dims } of contract.inputs) {
      const [, ...rest] = dims as number[]
      const [channels, height, width] = rest
      inputs[name] = { shape: rest.length === 3 ? [batch, height!, width!, channels!] : [batch, ...rest], dtype: 'float32' }
    }
    for (const [name, { shape }] of own) inputs[name] = { shape, dtype: 'float32' }
    return lower(trace(program, inputs), { layouts })
  })

  // Weights were traced as inputs; in the exported graph they are constants.
  for (const [name, array] of own) {
    const { shape, values } = array.shape.length === 4 ? permute(array, axesOf(OIHW)) : array
    graph.constants.push({ name, shape, dtype: 'float32', values })
  }
  const boundary = new Set(contract.inputs.map(({ name }) => name))
  graph.inputs.splice(0, graph.inputs.length, ...graph.inputs.filter(({ name }) => boundary.has(name)))
  return graph.finish({ graphName, producerVersion: producerVersion ?? '0', ...(metadata === undefined ? {} : { metadata }) })
}
