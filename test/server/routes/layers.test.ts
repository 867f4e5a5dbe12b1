import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { createRuntimeSession } from '../../../trainer/engine/runtime.js'
import { normal } from '../../helpers/compare-engines.js'
import { publishLayeredModel } from '../../helpers/publish-layered-model.js'
import { pixelsOf } from '../images.js'
import { largestDifference, startService } from '../service.js'

const { app, root } = await startService(t, { prepare: root => publishLayeredModel(root) })
const url = '/v1/models/layered/layers'
const [height, width, size] = [12, 16, 12 * 16] as const
const latents = Array.from({ length: 3 }, (_, i) => Array.from(normal(i + 5, 10).values))

async function ask (query: string, payload: object = { latents }, headers: Record<string, string> = {}) {
  return await app.inject({ method: 'POST', url: url + query, payload, headers })
}

const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(new Uint8Array(bytes).buffer)

/** The decoder's picture of each latent, [N, H, W, C], by the Open Inference Protocol: no rounding. */
async function picturesOf (model = 'layered-decoder', wanted = latents): Promise<Float32Array> {
  const response = await app.inject({
    method: 'POST',
    url: `/v2/models/${model}/infer`,
    headers: { 'inference-header-content-length': '0' },
    payload: Buffer.from(Float32Array.from(wanted.flat()).buffer),
  })
  t.equal(response.statusCode, 200)
  const length = Number(response.headers['inference-header-content-length'])
  const planar = floatsOf(response.rawPayload.subarray(length))
  if (!model.endsWith('decoder')) return planar
  return planar.map((_, i) => {
    const [n, pixel, channel] = [Math.floor(i / (3 * size)), Math.floor(i / 3) % size, i % 3]
    return planar[(n * 3 + channel) * size + pixel]!
  })
}

/** [N, P, H, W, 4] → [N, H, W, 3], each pixel by `mix` from its layers, back to front. */
function compose (
  layers: ArrayLike<number>,
  mix: (below: number, colour: number, alpha: number) => number
): Float32Array {
  const count = latents.length
  const each = layers.length / (count * size * 4)
  return Float32Array.from({ length: count * size * 3 }, (_, i) => {
    const [n, pixel, channel] = [Math.floor(i / (3 * size)), Math.floor(i / 3) % size, i % 3]
    let value = 0
    for (let layer = 0; layer < each; layer++) {
      const at = ((n * each + layer) * size + pixel) * 4
      value = mix(value, layers[at + channel]!, layers[at + 3]!)
    }
    return value
  })
}
const over = (below: number, colour: number, alpha: number) => below * (1 - alpha) + colour * alpha
const add = (below: number, colour: number, alpha: number) => below + colour * alpha
const clamped = (values: Float32Array) => values.map(value => Math.min(1, Math.max(0, value)))

const pictures = await picturesOf()

t.test('layers laid over one another, or their shares added, are the picture', async t => {
  for (const [alpha, mix] of [['over', over], ['share', add]] as const) {
    const response = await ask(`?format=raw&datatype=FP32&alpha=${alpha}`)
    t.match(response, {
      statusCode: 200,
      headers: {
        'content-type': 'application/octet-stream',
        'tensor-datatype': 'FP32',
        'tensor-shape': '3,5,12,16,4',
        vary: 'accept',
      },
    })
    const largest = largestDifference(clamped(compose(floatsOf(response.rawPayload), mix)), pictures)
    t.ok(largest < 1e-5, `${alpha}: ${largest}`)
  }
})

t.test('in bytes too, as far as they go', async t => {
  const { rawPayload, headers } = await ask('?format=raw')
  t.match(headers, { 'tensor-datatype': 'UINT8', 'tensor-shape': '3,5,12,16,4' })
  const composed = compose(Float32Array.from(rawPayload, byte => byte / 255), over)
  t.ok(largestDifference(composed, pictures) < 4 / 255)
})

t.test('the order: the background first, the gain last, and none missing', async t => {
  const names = String((await ask('?format=raw')).headers['layer-partitions']).split(',')
  t.strictSame([...names].sort(), ['ball', 'haze', 'light', 'player', 'wall'])
  t.equal(names[0], 'wall')
  t.equal(names.at(-1), 'light')
})

t.test('without the light, the gain says how it changes colours', async t => {
  const bare = floatsOf((await ask('?format=raw&datatype=FP32&alpha=share&light=false')).rawPayload)
  const gainOf = (n: number, channel: number) => bare[(n * 5 + 4) * size * 4 + channel]!
  const lit = compose(bare, add).map((value, i) => value * gainOf(Math.floor(i / (3 * size)), i % 3))
  t.ok(largestDifference(clamped(lit), pictures) < 1e-5)
  const { layers } = (await ask('?format=json&partition=light')).json<{ layers: object[][] }>()
  t.equal(layers.length, 3)
  for (const [n, [light, ...others]] of layers.entries()) {
    t.strictSame(others, [])
    t.strictSame(Object.keys(light!), ['partition', 'gain'])
    const { gain } = light as { gain: number[] }
    t.ok(largestDifference(gain, [0, 1, 2].map(channel => gainOf(n, channel))) < 1e-5)
    const bytes = (await ask('?format=raw&partition=light')).rawPayload
    t.ok(Math.abs(bytes[n * size * 4]! / 255 - gain[0]! / 2) <= 0.51 / 255, 'half of it in bytes')
  }
})

t.test('some of the layers are those of all', async t => {
  const all = (await ask('?format=raw')).rawPayload
  const names = String((await ask('?format=raw')).headers['layer-partitions']).split(',')
  const some = await ask('?format=raw&partition=ball,wall')
  t.equal(some.headers['tensor-shape'], '3,2,12,16,4')
  const given = String(some.headers['layer-partitions']).split(',')
  t.strictSame(given, names.filter(name => ['ball', 'wall'].includes(name)), 'in the order of all')
  for (let n = 0; n < 3; n++) {
    for (const [i, name] of given.entries()) {
      const layerOf = (bytes: Buffer, each: number, at: number) =>
        bytes.subarray((n * each + at) * size * 4, (n * each + at + 1) * size * 4)
      t.equal(Buffer.compare(layerOf(some.rawPayload, 2, i), layerOf(all, 5, names.indexOf(name))), 0)
    }
  }
})

t.test('pictures: a strip with a row for each latent, or a data URL for each layer', async t => {
  const raw = (await ask('?format=raw')).rawPayload
  const pixel = (n: number, layer: number, y: number, x: number) => {
    const at = ((n * 5 + layer) * size + y * width + x) * 4
    return [...raw.subarray(at, at + 4)]
  }
  const response = await ask('')
  t.match(response.headers, { 'content-type': 'image/png', 'layer-partitions': /^wall,.*,light$/ })
  const strip = await pixelsOf(response.rawPayload)
  t.match(strip, { height: 3 * height, width: 5 * width, channels: 4 })
  const { layers } = (await ask('?format=json')).json<{ layers: Array<Array<{ partition: string, image?: string }>> }>()
  for (let n = 0; n < 3; n++) {
    t.strictSame(layers[n]!.map(({ partition }) => partition).join(','), response.headers['layer-partitions'])
    for (let layer = 0; layer < 4; layer++) {
      const alone = await pixelsOf(Buffer.from(layers[n]![layer]!.image!.split(',')[1]!, 'base64'))
      t.match(alone, { height, width, channels: 4 })
      for (const [y, x] of [[0, 0], [5, 7], [11, 15]] as const) {
        const at = ((n * height + y) * 5 * width + layer * width + x) * 4
        t.strictSame([...strip.bytes.subarray(at, at + 4)], pixel(n, layer, y, x))
        const own = (y * width + x) * 4
        t.strictSame([...alone.bytes.subarray(own, own + 4)], pixel(n, layer, y, x))
      }
    }
  }
  t.match(await pixelsOf((await ask('', { latents }, { accept: 'image/webp' })).rawPayload), { channels: 4 })
})

t.test('the graph itself, by the Open Inference Protocol', async t => {
  const { name, inputs, outputs } = (await app.inject('/v2/models/layered-layers')).json()
  t.strictSame({ name, inputs, outputs }, {
    name: 'layered-layers',
    inputs: [{ name: 'latent', datatype: 'FP32', shape: [-1, 10] }],
    outputs: [{ name: 'layers', datatype: 'FP32', shape: [-1, 5, 4, 12, 16] }],
  })
  const session = await createRuntimeSession((await openRepository(root).open('layered')).layers!, { threads: 1 })
  const truth = await session.run({ latent: { shape: [3, 10], values: Float32Array.from(latents.flat()) } })
  await session.release()
  t.ok(largestDifference(await picturesOf('layered-layers'), truth['layers']!.values) < 1e-5)
})

t.test('what there is not', async t => {
  const cases = [
    ['/v1/models/linear/layers', 404, 'PVAE_NO_LAYERS', /draws its partitions apart.*linear, version 1/],
    ['/v1/models/linear/versions/1/layers', 404, 'PVAE_NO_LAYERS', /./],
    [`${url}?partition=sky`, 400, 'PVAE_INVALID_PARAMETER', /one of wall, .* for partition but received "sky"/],
    [`${url}?partition=`, 400, 'PVAE_INVALID_PARAMETER', /partition/],
    [`${url}?alpha=none`, 400, 'PVAE_INVALID_PARAMETER', /over or share for alpha/],
    [`${url}?datatype=FP16`, 400, 'PVAE_INVALID_PARAMETER', /UINT8 or FP32 for datatype/],
  ] as const
  for (const [url, statusCode, code, message] of cases) {
    t.match((await app.inject({ method: 'POST', url, payload: { latents } })).json(), { statusCode, code, message })
  }
  t.match((await app.inject('/v2/models/linear-layers')).json(), { error: /linear-decoder/ })
  t.match((await ask('', { latents: [[1]] })).json(), { code: 'PVAE_INVALID_LATENT' })
  t.match((await ask('', { latents: [new Array(10).fill(3e38)] })).json(), {
    statusCode: 500,
    code: 'PVAE_INFERENCE_FAILED',
    message: /not finite in layers/,
  })
})

t.test('what would be too large is refused before it is drawn', async t => {
  const prepare = (root: string) => publishLayeredModel(root)
  const { app } = await startService(t, { prepare, limits: { outputPixels: 3000, requestBytes: 16_000 } })
  const post = (n: number) => app.inject({ method: 'POST', url, payload: { latents: latents.slice(0, n) } })
  t.equal((await post(1)).statusCode, 200)
  t.match((await post(3)).json(), { statusCode: 400, code: 'PVAE_OUTPUT_TOO_LARGE' })
})
