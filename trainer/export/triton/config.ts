/** `config.pbtxt`, as model_config.proto of the Triton Inference Server defines it. */
import type { Card, GraphTensor } from '@partition-vae/models'
import { enumValue, writeTextFormat, type Message } from './text-format.js'

export interface TritonOptions {
  /** Instances on GPUs in place of the CPU. */
  readonly gpu: boolean
  /** Of each model; on each GPU, where there are several. */
  readonly instances: number
  /** Rows of one batch at most. */
  readonly maxBatch: number
}

/** As many requests as the service lets wait, for as long as it lets them. */
const QUEUE = { requests: 512, microseconds: 30_000_000 }

const TYPES: Readonly<Record<string, string>> = { float32: 'TYPE_FP32', uint8: 'TYPE_UINT8' }

/** A tensor of a graph, without its batch dimension. */
function tensor ({ name, dtype, dims }: GraphTensor): Message {
  return { name, data_type: enumValue(TYPES[dtype]!), dims: dims.slice(1) as number[] }
}

const parameter = (key: string, value: string): Message => ({ key, value: { string_value: value } })

/** Runs each size once before the model is ready, as CUDA searches for its convolutions anew for each. */
function warmup (input: GraphTensor, maxBatch: number): Message[] {
  const sizes = Array.from({ length: Math.floor(Math.log2(maxBatch)) + 1 }, (_, i) => 2 ** i)
  const { data_type: type, dims } = tensor(input)
  return sizes.map(size => ({
    name: `batch of ${size}`,
    batch_size: size,
    inputs: { key: input.name, value: { data_type: type, dims, zero_data: true } },
  }))
}

/**
 * Writes the configuration of one graph: what waits is run together, in batches of up to `maxBatch` rows, the moment an
 * instance is idle; a queue that is full, or too slow, refuses. On the CPU each instance computes with one thread:
 * parallelism comes from their number.
 */
export function tritonConfig (
  name: string,
  { inputs, outputs }: { readonly inputs: readonly GraphTensor[], readonly outputs: readonly GraphTensor[] },
  { name: model, version, partitions, pixelRule = 1 }: Pick<Card, 'name' | 'version' | 'partitions' | 'pixelRule'>,
  { gpu, instances, maxBatch }: TritonOptions
): string {
  const parts = partitions.map(({ name, label, size, offset }) => ({ name, label, size, offset }))
  return writeTextFormat({
    name,
    backend: 'onnxruntime',
    default_model_filename: 'model.onnx',
    max_batch_size: maxBatch,
    input: inputs.map(tensor),
    output: outputs.map(tensor),
    dynamic_batching: {
      default_queue_policy: {
        timeout_action: enumValue('REJECT'),
        default_timeout_microseconds: QUEUE.microseconds,
        allow_timeout_override: true,
        max_queue_size: QUEUE.requests,
      },
    },
    instance_group: [{ count: instances, kind: enumValue(gpu ? 'KIND_GPU' : 'KIND_CPU') }],
    model_warmup: gpu ? warmup(inputs[0]!, maxBatch) : undefined,
    parameters: [
      ...gpu ? [] : [parameter('intra_op_thread_count', '1'), parameter('inter_op_thread_count', '1')],
      parameter('pvae_model', `${model}@${version}`),
      parameter('pvae_partitions', JSON.stringify(parts)),
      parameter('pvae_pixel_rule', String(pixelRule)),
    ],
  })
}
