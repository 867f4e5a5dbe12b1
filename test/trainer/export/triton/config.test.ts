import { spawnSync } from 'node:child_process'
import { dirname, basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { tritonModels } from '../../../../trainer/export/triton/repository.js'
import { readTextFormat, type Parsed, type Schema } from './text-format.js'

/** The fields of Triton's model_config.proto that are used, by their types in it. */
const SCHEMA: Schema = {
  ModelConfig: {
    name: 'string',
    backend: 'string',
    default_model_filename: 'string',
    max_batch_size: 'int',
    input: 'Tensor*',
    output: 'Tensor*',
    dynamic_batching: 'DynamicBatching',
    instance_group: 'InstanceGroup*',
    model_warmup: 'Warmup*',
    parameters: 'Parameter*',
  },
  Tensor: { name: 'string', data_type: 'enum', dims: 'int*' },
  DynamicBatching: { default_queue_policy: 'QueuePolicy' },
  QueuePolicy: {
    timeout_action: 'enum',
    default_timeout_microseconds: 'int',
    allow_timeout_override: 'bool',
    max_queue_size: 'int',
  },
  InstanceGroup: { count: 'int', kind: 'enum' },
  Warmup: { name: 'string', batch_size: 'int', inputs: 'WarmupInput*' },
  WarmupInput: { key: 'string', value: 'WarmupTensor' },
  WarmupTensor: { data_type: 'enum', dims: 'int*', zero_data: 'bool' },
  Parameter: { key: 'string', value: 'ParameterValue' },
  ParameterValue: { string_value: 'string' },
}
const repository = openRepository(fileURLToPath(new URL('../../../../models/repository', import.meta.url)))
const tennis = await repository.open('table-tennis')
const cpu = { gpu: false, instances: 2, maxBatch: 16 }
const parse = (config: string) => readTextFormat(config, SCHEMA, 'ModelConfig')
const parametersOf = (config: Parsed) => Object.fromEntries(
  (config['parameters'] as Parsed[]).map(({ key, value }) => [key, (value as Parsed)['string_value']])
) as Record<string, string>

t.test('an encoder on the CPU: dims without batch, dynamic batching, a queue with an end', async t => {
  const { parameters, ...config } = parse(tritonModels(tennis, cpu)[0]!.config)
  t.strictSame(config, {
    name: 'table-tennis_encoder',
    backend: 'onnxruntime',
    default_model_filename: 'model.onnx',
    max_batch_size: 16,
    input: [{ name: 'pixels', data_type: 'TYPE_UINT8', dims: [48, 64, 3] }],
    output: [
      { name: 'mean', data_type: 'TYPE_FP32', dims: [20] },
      { name: 'log_variance', data_type: 'TYPE_FP32', dims: [20] },
    ],
    dynamic_batching: {
      default_queue_policy: {
        timeout_action: 'REJECT',
        default_timeout_microseconds: 30_000_000,
        allow_timeout_override: true,
        max_queue_size: 512,
      },
    },
    instance_group: [{ count: 2, kind: 'KIND_CPU' }],
  })
  const { pvae_partitions: partitions, ...others } = parametersOf({ parameters: parameters! })
  t.strictSame(others, {
    intra_op_thread_count: '1',
    inter_op_thread_count: '1',
    pvae_model: 'table-tennis@3',
    pvae_pixel_rule: '2',
  })
  const { card } = tennis
  t.strictSame(JSON.parse(partitions!), card.partitions.map(({ name, label, size, offset }) => {
    return { name, label, size, offset }
  }), 'quotes in text are escaped')
})

t.test('decoder and layers have the outputs of their graphs', async t => {
  const [, decoder, layers] = tritonModels(tennis, cpu).map(({ config }) => parse(config))
  t.match(decoder, {
    name: 'table-tennis_decoder',
    input: [{ name: 'latent', data_type: 'TYPE_FP32', dims: [20] }],
    output: [
      { name: 'image', data_type: 'TYPE_FP32', dims: [3, 48, 64] },
      { name: 'pixels', data_type: 'TYPE_UINT8', dims: [48, 64, 3] },
    ],
  })
  t.match(layers, { name: 'table-tennis_layers', output: [{ name: 'layers', dims: [6, 4, 48, 64] }] })
})

t.test('on a GPU every size of batch is run before it is ready', async t => {
  const config = parse(tritonModels(tennis, { gpu: true, instances: 1, maxBatch: 64 })[0]!.config)
  t.strictSame(config['instance_group'], [{ count: 1, kind: 'KIND_GPU' }])
  const warmups = config['model_warmup'] as Parsed[]
  t.strictSame(warmups.map(({ batch_size: size }) => size), [1, 2, 4, 8, 16, 32, 64])
  t.strictSame(warmups[0]!['inputs'], [
    { key: 'pixels', value: { data_type: 'TYPE_UINT8', dims: [48, 64, 3], zero_data: true } },
  ])
  t.notOk('intra_op_thread_count' in parametersOf(config), 'threads are the CPU\'s matter')
})

// The published schema is not part of this project: PVAE_TRITON_PROTO is the path of Triton's model_config.proto.
const proto = process.env['PVAE_TRITON_PROTO']
const missing = proto === undefined
  ? 'PVAE_TRITON_PROTO is not set'
  : spawnSync('protoc', ['--version']).error !== undefined && 'protoc is not installed'

t.test('Triton\'s own schema accepts every configuration', { skip: missing }, async t => {
  for (const gpu of [false, true]) {
    for (const { name, config } of tritonModels(tennis, { ...cpu, gpu })) {
      const file = basename(proto!)
      const { status, stderr } = spawnSync(
        'protoc',
        ['-I', dirname(proto!), '--encode=inference.ModelConfig', file],
        { input: config, encoding: 'utf8' }
      )
      t.equal(status, 0, `${name}: ${stderr}`)
    }
  }
})
