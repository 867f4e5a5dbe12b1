import t from 'tap'
import { planarFromBytes } from '@partition-vae/models'
import type { InferResponse } from '../../../server/schemas/open-inference.js'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { largestDifference, startService } from '../service.js'

const limits = { jsonBytes: 20_000, requestBytes: 30_000, imagesPerRequest: 8, latentsPerRequest: 500 }
const { app, model } = await startService(t, {
  limits,
  prepare: root => publishLinearModel(root, { version: 3, seed: 3 }),
})
const encoder = '/v2/models/linear-encoder/versions/1/infer'
const decoder = '/v2/models/linear-decoder/versions/1/infer'

const pixels = planarFromBytes(new Uint8Array(Buffer.concat(model.images.slice(0, 3))), model.image)
const truth = model.encode(pixels, 3)
const input = { name: 'image', shape: [3, 1, 6, 4], datatype: 'FP32' }
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength)
const floatsOf = (bytes: Uint8Array) => new Float32Array(new Uint8Array(bytes).buffer)
function nest (values: readonly unknown[], [, ...inner]: readonly number[]): unknown[] {
  if (inner.length === 0) return [...values]
  const size = inner.reduce((a, b) => a * b)
  return Array.from({ length: values.length / size }, (_, i) => nest(values.slice(i * size, (i + 1) * size), inner))
}

const post = async (url: string, request: object | string) => {
  const response = await app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    payload: request,
  })
  return { response, answer: response.json<InferResponse>() }
}
/** As Triton's client sends it: no content type. */
const postBinary = async (url: string, request: object | undefined, ...tensors: Uint8Array[]) => {
  const json = Buffer.from(request === undefined ? '' : JSON.stringify(request))
  const response = await app.inject({
    method: 'POST',
    url,
    headers: { 'inference-header-content-length': String(json.length) },
    payload: Buffer.concat([json, ...tensors]),
  })
  const length = Number(response.headers['inference-header-content-length'])
  if (Number.isNaN(length)) return { response, answer: response.json<InferResponse>(), tensors: [] }
  const answer = JSON.parse(response.rawPayload.subarray(0, length).toString()) as InferResponse
  let at = length
  const parts = answer.outputs.map(({ parameters }) => {
    const start = at
    at += Number(parameters?.['binary_data_size'] ?? 0)
    return response.rawPayload.subarray(start, at)
  })
  t.equal(at, response.rawPayload.length, 'nothing is left over')
  return { response, answer, tensors: parts.map(floatsOf) }
}

t.test('metadata and readiness', async t => {
  t.strictSame((await app.inject('/v2')).json(), {
    name: 'partition-vae',
    version: '1.2.3',
    extensions: ['binary_tensor_data'],
  })
  t.strictSame((await app.inject('/v2/models/linear-encoder')).json(), {
    name: 'linear-encoder',
    versions: ['1', '3'],
    platform: 'onnxruntime_onnx',
    inputs: [{ name: 'image', datatype: 'FP32', shape: [-1, 1, 6, 4] }],
    outputs: [
      { name: 'mean', datatype: 'FP32', shape: [-1, 3] },
      { name: 'log_variance', datatype: 'FP32', shape: [-1, 3] },
    ],
  })
  t.match((await app.inject('/v2/models/linear-decoder/versions/1')).json(), {
    inputs: [{ name: 'latent', shape: [-1, 3] }],
    outputs: [{ name: 'image', shape: [-1, 1, 6, 4] }],
  })
  for (const path of ['/v2/models/linear-decoder/ready', '/v2/models/linear-encoder/versions/3/ready']) {
    const ready = await app.inject(path)
    t.match(ready, { statusCode: 200 })
    t.match(ready.json(), { ready: true })
  }
})

t.test('flat and nested JSON: what is known analytically, id and all', async t => {
  const { response, answer } = await post(encoder, { id: 'a 1', inputs: [{ ...input, data: Array.from(pixels) }] })
  t.equal(response.statusCode, 200)
  t.match(response.headers['content-type'], /^application\/json/)
  const [mean, logVariance] = answer.outputs
  t.strictSame({ ...answer, outputs: [] }, { model_name: 'linear-encoder', model_version: '1', id: 'a 1', outputs: [] })
  t.strictSame(
    answer.outputs.map(({ name, datatype, shape }) => [name, datatype, shape]),
    [
      ['mean', 'FP32', [3, 3]],
      ['log_variance', 'FP32', [3, 3]],
    ]
  )
  t.ok(largestDifference(mean!.data!, truth.mean) < 1e-5)
  t.ok(largestDifference(logVariance!.data!, truth.logVariance) < 1e-5)
  const nested = await post(encoder, { inputs: [{ ...input, data: nest(Array.from(pixels), input.shape) }] })
  t.strictSame(nested.answer, { model_name: 'linear-encoder', model_version: '1', outputs: answer.outputs })
  t.equal(
    (await post('/v2/models/linear-encoder/infer', { inputs: [{ ...input, data: Array.from(pixels) }] })).answer
      .model_version,
    '3',
    'by default the highest'
  )
})

t.test('JSON and binary give the same numbers, to the last bit', async t => {
  for (const [url, tensor, given] of [
    [encoder, pixels, input],
    [decoder, truth.mean, { name: 'latent', shape: [3, 3], datatype: 'FP32' }],
  ] as const) {
    const json = await post(url, { inputs: [{ ...given, data: Array.from(tensor) }] })
    const numbers = json.answer.outputs.map(({ data }) => Float32Array.from(data!))
    const inputs = [{ ...given, parameters: { binary_data_size: tensor.byteLength } }]
    const binary = await postBinary(
      url,
      { id: 'ü', inputs, parameters: { binary_data_output: true } },
      bytesOf(tensor)
    )
    t.equal(binary.response.headers['content-type'], 'application/octet-stream')
    t.equal(binary.answer.id, 'ü')
    for (const { name, data, parameters } of binary.answer.outputs) {
      t.equal(data, undefined, name)
      t.type(parameters?.['binary_data_size'], 'number', name)
    }
    const half = await postBinary(url, { inputs }, bytesOf(tensor))
    const raw = await postBinary(url, undefined, bytesOf(tensor))
    for (const [i, expected] of numbers.entries()) {
      t.ok(bytesOf(binary.tensors[i]!).equals(bytesOf(expected)), 'binary in, binary out')
      t.ok(bytesOf(Float32Array.from(half.answer.outputs[i]!.data!)).equals(bytesOf(expected)), 'binary in, JSON out')
      t.ok(bytesOf(raw.tensors[i]!).equals(bytesOf(expected)), 'only the tensor')
    }
    t.strictSame(
      raw.answer.outputs.map(({ shape }) => shape),
      json.answer.outputs.map(({ shape }) => shape),
      'rows follow from the bytes'
    )
  }
  const { answer } = await post(decoder, {
    inputs: [{ name: 'latent', shape: [3, 3], datatype: 'FP32', data: Array.from(truth.mean) }],
  })
  t.ok(largestDifference(answer.outputs[0]!.data!, model.decode(truth.mean, 3)) < 1e-5)
})

t.test('outputs as they are asked for', async t => {
  const inputs = [{ ...input, data: Array.from(pixels) }]
  const one = await post(encoder, { inputs, outputs: [{ name: 'log_variance' }] })
  t.strictSame(one.answer.outputs.map(({ name }) => name), ['log_variance'])
  const mixed = await postBinary(encoder, {
    inputs,
    outputs: [{ name: 'log_variance', parameters: { binary_data: true } }, { name: 'mean' }],
  })
  t.strictSame(
    mixed.answer.outputs.map(({ name, data }) => [name, data === undefined]),
    [
      ['log_variance', true],
      ['mean', false],
    ]
  )
  t.ok(largestDifference(mixed.tensors[0]!, truth.logVariance) < 1e-5)
  const other = await postBinary(encoder, {
    inputs,
    parameters: { binary_data_output: true },
    outputs: [{ name: 'mean', parameters: { binary_data: false } }, { name: 'log_variance' }],
  })
  t.strictSame(other.answer.outputs.map(({ data }) => data === undefined), [false, true])
  t.equal((await post(encoder, { inputs, outputs: [] })).answer.outputs.length, 2)
})

t.test('null is absent, wherever a field is optional', async t => {
  const inputs = [{ name: 'latent', shape: [1, 3], datatype: 'FP32', data: [0.5, -1, 2] }]
  const { answer: truth } = await post(decoder, { inputs })
  const one = { outputs: [{ name: 'image' }] }
  const requests: object[] = [
    { id: null },
    { parameters: null },
    { parameters: { binary_data_output: null } },
    { outputs: null },
    { inputs: [{ ...inputs[0], parameters: null }] },
    { inputs: [{ ...inputs[0], parameters: { binary_data_size: null } }] },
    { outputs: [{ ...one.outputs[0], parameters: null }] },
    { outputs: [{ ...one.outputs[0], parameters: { binary_data: null } }] },
    { id: null, parameters: null, outputs: null, inputs: [{ ...inputs[0], parameters: null }] },
  ]
  for (const request of requests) {
    const { response, answer } = await post(decoder, { inputs, ...request })
    t.equal(response.statusCode, 200, JSON.stringify(request))
    t.strictSame(answer, truth, JSON.stringify(request))
  }
  const tensor = bytesOf(Float32Array.of(0.5, -1, 2))
  const binary = await postBinary(
    decoder,
    { id: null, outputs: null, inputs: [{ ...inputs[0], data: null, parameters: { binary_data_size: 12 } }] },
    tensor
  )
  t.strictSame(binary.answer, truth, 'data beside binary data')
  const refused: Array<[object, RegExp]> = [
    [{ inputs: null }, /for inputs but received null/],
    [{ inputs: [null] }, /for inputs\[0\] but received null/],
    [{ inputs: [{ ...inputs[0], name: null }] }, /for inputs\[0\]\.name but received null/],
    [{ inputs: [{ ...inputs[0], shape: null }] }, /for inputs\[0\]\.shape but received null/],
    [{ inputs: [{ ...inputs[0], data: null }] }, /but received neither/],
    [{ inputs, outputs: [null] }, /for outputs\[0\] but received null/],
    [{ inputs, outputs: [{ name: null }] }, /for outputs\[0\]\.name but received null/],
  ]
  for (const [request, message] of refused) {
    const { response } = await post(decoder, request)
    t.equal(response.statusCode, 400, JSON.stringify(request))
    t.match(response.json(), { error: message })
  }
})

const latent = (other: object = {}) => ({ name: 'latent', shape: [1, 3], datatype: 'FP32', data: [0, 0, 0], ...other })
const faults: Array<
  [string, { url?: string; payload?: object | string | Buffer; headers?: Record<string, string> }, number, RegExp]
> = [
  ['no body', {}, 400, /expected JSON for the body but received nothing/],
  ['no JSON', { payload: 'inputs' }, 400, /can not be read/],
  ['an array', { payload: [] }, 400, /an object for the body/],
  ['no inputs', { payload: {} }, 400, /for inputs but received nothing/],
  ['inputs of no length', { payload: { inputs: [] } }, 400, /for inputs/],
  [
    'two inputs',
    { payload: { inputs: [latent(), latent()] } },
    400,
    /expected one input, latent for inputs but received 2 inputs/,
  ],
  [
    'another input',
    { payload: { inputs: [latent({ name: 'z' })] } },
    400,
    /expected latent for inputs\[0\]\.name but received "z"/,
  ],
  [
    'another datatype',
    { payload: { inputs: [latent({ datatype: 'FP64' })] } },
    400,
    /expected FP32 for inputs\[0\]\.datatype but received "FP64"/,
  ],
  [
    'another shape',
    { payload: { inputs: [latent({ shape: [1, 4] })] } },
    400,
    /expected \[1 to 500, 3\] for inputs\[0\]\.shape but received \[1, 4\]/,
  ],
  [
    'a shape of many dimensions',
    { payload: { inputs: [latent({ shape: new Array(50).fill(1) })] } },
    400,
    /received \[1, 1, 1, 1, 1, 1, 1, 1, …\]/,
  ],
  ['no shape', { payload: { inputs: [latent({ shape: [] })] } }, 400, /received \[\]/],
  ['no rows', { payload: { inputs: [latent({ shape: [0, 3], data: [] })] } }, 400, /received \[0, 3\]/],
  ['rows below 0', { payload: { inputs: [latent({ shape: [-1, 3] })] } }, 400, /inputs\[0\]\.shape\[0\]/],
  ['too many rows', { payload: { inputs: [latent({ shape: [501, 3] })] } }, 400, /\[1 to 500, 3\]/],
  [
    'too many images',
    { url: encoder, payload: { inputs: [{ ...input, shape: [9, 1, 6, 4] }] } },
    400,
    /\[1 to 8, 1, 6, 4\]/,
  ],
  [
    'too little data',
    { payload: { inputs: [latent({ data: [1, 2] })] } },
    400,
    /an array of 3 for inputs\[0\]\.data but received an array of 2/,
  ],
  [
    'data that is no array',
    { payload: { inputs: [latent({ data: 'AAAA' })] } },
    400,
    /an array of 1 for inputs\[0\]\.data but received "AAAA"/,
  ],
  [
    'rows of other lengths',
    {
      payload: {
        inputs: [
          latent({
            shape: [2, 3],
            data: [
              [1, 2, 3],
              [1, 2],
            ],
          }),
        ],
      },
    },
    400,
    /inputs\[0\]\.data\[1\] but received an array of 2/,
  ],
  [
    'nested too deeply',
    { payload: { inputs: [latent({ data: [[[1, 2, 3]]] })] } },
    400,
    /inputs\[0\]\.data\[0\] but received an array of 1/,
  ],
  ['nested without end', { payload: `{"inputs":${'['.repeat(9_000)}${']'.repeat(9_000)}}` }, 400, /./],
  [
    'data nested without end',
    {
      payload: `{"inputs":[{"name":"latent","shape":[1,3],"datatype":"FP32","data":${'['.repeat(9_000)}${']'.repeat(9_000)}}]}`,
    },
    400,
    /inputs\[0\]\.data\[0\]/,
  ],
  [
    'null',
    { payload: { inputs: [latent({ data: [1, null, 3] })] } },
    400,
    /a number for inputs\[0\]\.data\[1\] but received null/,
  ],
  [
    'text',
    { payload: { inputs: [latent({ data: [[1, 2, '3']] })] } },
    400,
    /inputs\[0\]\.data\[0\]\[2\] but received "3"/,
  ],
  [
    'NaN',
    { payload: '{"inputs":[{"name":"latent","shape":[1,3],"datatype":"FP32","data":[NaN,0,0]}]}' },
    400,
    /can not be read/,
  ],
  [
    'beyond float32',
    { payload: { inputs: [latent({ data: [0, 0, 1e308] })] } },
    400,
    /a finite float32 for inputs\[0\]\.data\[2\] but received 1e\+308/,
  ],
  [
    'no data',
    { payload: { inputs: [latent({ data: undefined })] } },
    400,
    /inputs\[0\]\.data or inputs\[0\]\.parameters\.binary_data_size for the body but received neither/,
  ],
  ['both', { payload: { inputs: [latent({ parameters: { binary_data_size: 12 } })] } }, 400, /received both/],
  ['a prototype', { payload: '{"__proto__":{"inputs":[]}}' }, 400, /for inputs but received nothing/],
  [
    'a size that is text',
    { payload: { inputs: [latent({ data: undefined, parameters: { binary_data_size: '12' } })] } },
    400,
    /inputs\[0\]\.parameters\.binary_data_size but received "12"/,
  ],
  [
    'an unknown output',
    { payload: { inputs: [latent()], outputs: [{ name: 'mean' }] } },
    400,
    /expected one of image for outputs\[0\]\.name but received "mean"/,
  ],
  [
    'an output twice',
    { payload: { inputs: [latent()], outputs: [{ name: 'image' }, { name: 'image' }] } },
    400,
    /each output once for outputs\[1\]\.name/,
  ],
  ['an id that is no text', { payload: { id: 7, inputs: [latent()] } }, 400, /for id but received 7/],
  [
    'too much JSON to write',
    { payload: { inputs: [latent({ shape: [100, 3], data: new Array(300).fill(0) })] } },
    400,
    /at most 833 numbers as JSON for the outputs but received a request for 2400/,
  ],
  [
    'too much to write',
    { payload: Buffer.alloc(12 * 400), headers: { 'inference-header-content-length': '0' } },
    400,
    /at most 30000 bytes for the outputs/,
  ],
  [
    'too much JSON',
    { payload: { inputs: [latent({ data: new Array(11_000).fill(0) })] } },
    413,
    /at most 20000 bytes/,
  ],
  [
    'too much',
    { payload: Buffer.alloc(30_001), headers: { 'inference-header-content-length': '10' } },
    413,
    /at most 30000 bytes/,
  ],
  [
    'too much JSON before a tensor',
    { payload: Buffer.alloc(25_000, ' '), headers: { 'inference-header-content-length': '24000' } },
    413,
    /at most 20000 bytes of JSON/,
  ],
  [
    'a header that is no number',
    { payload: '{}', headers: { 'inference-header-content-length': '1e1' } },
    400,
    /Inference-Header-Content-Length but received "1e1"/,
  ],
  [
    'a header beyond the body',
    { payload: '{}', headers: { 'inference-header-content-length': '3' } },
    400,
    /an integer from 0 to 2/,
  ],
  [
    'no tensor',
    { payload: '', headers: { 'inference-header-content-length': '0' } },
    400,
    /a positive multiple of 12 bytes for latent but received 0 bytes/,
  ],
  [
    'half a tensor',
    { payload: Buffer.alloc(13), headers: { 'inference-header-content-length': '0' } },
    400,
    /13 bytes/,
  ],
  [
    'a body that is packed',
    { payload: { inputs: [latent()] }, headers: { 'content-encoding': 'gzip' } },
    415,
    /identity for Content-Encoding but received "gzip"/,
  ],
  [
    'an unknown model',
    { url: '/v2/models/circular-encoder/infer', payload: { inputs: [latent()] } },
    404,
    /one of linear for model but received "circular"/,
  ],
  [
    'a model that is no graph',
    { url: '/v2/models/linear/infer', payload: { inputs: [latent()] } },
    404,
    /one of linear-encoder, linear-decoder for model/,
  ],
  [
    'an unknown version',
    { url: '/v2/models/linear-decoder/versions/2/infer', payload: { inputs: [latent()] } },
    404,
    /one of 1, 3/,
  ],
  [
    'a version that is no number',
    { url: '/v2/models/linear-decoder/versions/last/infer', payload: { inputs: [latent()] } },
    400,
    /an integer for version/,
  ],
  ['an unknown route', { url: '/v2/models/linear-decoder/explain', payload: {} }, 404, /There is no POST/],
  ['a path that is not one', { url: '/v2/models/%E0%A4%A/infer', payload: {} }, 400, /./],
]

for (const [name, { url = decoder, payload, headers }, statusCode, message] of faults) {
  t.test(name, async t => {
    const response = await app.inject({
      method: 'POST',
      url,
      ...(payload !== undefined && { payload }),
      headers: { 'content-type': 'application/json', ...headers },
    })
    t.equal(response.statusCode, statusCode)
    t.match(response.headers['content-type'], /^application\/json/)
    t.strictSame(Object.keys(response.json()), ['error'])
    t.match(response.json().error, message)
  })
}

t.test('binary tensors that are not what they should be', async t => {
  const given = { name: 'latent', shape: [1, 3], datatype: 'FP32' }
  const request = (size: number) => ({ inputs: [{ ...given, parameters: { binary_data_size: size } }] })
  const cases: Array<[object, Uint8Array, RegExp]> = [
    [request(12), Buffer.alloc(8), /expected 12 bytes after the JSON, .* but received 8 bytes/],
    [request(8), Buffer.alloc(8), /expected 12 bytes \(\[1, 3\] of float32\) for inputs\[0\] but received 8 bytes/],
    [{ inputs: [{ ...given, data: [0, 0, 0] }] }, Buffer.alloc(12), /binary_data_size for the 12 bytes after the JSON/],
    [request(12), bytesOf(Float32Array.of(0, NaN, 0)), /a finite float32 for inputs\[0\]\[1\] but received NaN/],
    [request(12), bytesOf(Float32Array.of(0, 0, -Infinity)), /inputs\[0\]\[2\] but received -Infinity/],
  ]
  for (const [json, tensor, message] of cases) {
    const { response } = await postBinary(decoder, json, tensor)
    t.equal(response.statusCode, 400)
    t.match(response.json(), { error: message })
  }
  const raw = await postBinary(decoder, undefined, bytesOf(Float32Array.of(NaN, 0, 0)))
  t.match(raw.response.json(), { error: /latent\[0\] but received NaN/ })
})

t.test('errors of GET and of what comes without its length have the same form', async t => {
  for (const url of [
    '/v2/nothing',
    '/v2/models/nothing',
    '/v2/models/nothing-encoder/ready',
    '/v2/models/linear-encoder/versions/9',
  ]) {
    const response = await app.inject(url)
    t.equal(response.statusCode, 404)
    t.strictSame(Object.keys(response.json()), ['error'], url)
  }
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const stream = new ReadableStream({
    start (controller) {
      controller.enqueue(new Uint8Array(25_000).fill(32))
      controller.close()
    },
  })
  const chunked = await fetch(address + decoder, { method: 'POST', body: stream, duplex: 'half' } as RequestInit)
  t.equal(chunked.status, 413)
  t.match(await chunked.json(), { error: /at most 20000 bytes of JSON/ })
})
