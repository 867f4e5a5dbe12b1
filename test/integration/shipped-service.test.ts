/**
 * The service on the models that ship: what the document fills in works when clicked, their layers are their pictures,
 * their samples and reports are served.
 */
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openRepository, readSample, type Card } from '@partition-vae/models'
import { buildApp } from '../../server/app.js'
import { createPool } from '../../server/inference/pool.js'
import { createRegistry } from '../../server/inference/registry.js'
import { pixelsOf } from '../server/images.js'
import { largestDifference, WORKER } from '../server/service.js'

const repository = openRepository(fileURLToPath(new URL('../../models/repository', import.meta.url)))
const app = await buildApp({
  loadModels: log =>
    createRegistry({ repository, pool: createPool({ workers: 1, log, ...WORKER }), provider: 'cpu', log }),
})
t.teardown(() => app.close())

interface ServedCard extends Card { readonly links: Readonly<Record<string, string>> }
const names = (await repository.list()).map(({ name }) => name)
const cards = await Promise.all(names.map(async name => (await app.inject(`/v1/models/${name}`)).json<ServedCard>()))

interface Operation {
  readonly parameters?: ReadonlyArray<{
    readonly in: string
    readonly name: string
    readonly example?: unknown
    readonly schema: { readonly default?: unknown }
  }>
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly examples?: Readonly<Record<string, { value: unknown }>> }>>
  }
}

t.test('"Try it out" and "Execute" on everything that asks for no image', async t => {
  const { paths } = (await app.inject('/openapi.json')).json<{ paths: Record<string, Record<string, Operation>> }>()
  let clicked = 0
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { parameters = [], requestBody }] of Object.entries(methods)) {
      const filled = parameters.map(({ in: place, name, example, schema }) =>
        ({ place, name, value: example ?? schema.default })).filter(({ value }) => value !== undefined)
      const url = filled.filter(({ place }) => place === 'path')
        .reduce((url, { name, value }) => url.replace(`{${name}}`, encodeURIComponent(String(value))), path)
      const query = filled.filter(({ place }) => place === 'query')
        .map(({ name, value }): [string, string] => [name, String(value)])
      const examples = Object.values(requestBody?.content['application/json']?.examples ?? {})
      if (requestBody !== undefined && examples.length === 0) continue
      for (const payload of requestBody === undefined ? [undefined] : examples.map(({ value }) => value as object)) {
        const response = await app.inject({
          method: method.toUpperCase() as 'GET',
          url: `${url}?${new URLSearchParams(query)}`,
          ...payload && { payload },
        })
        const { statusCode } = response
        t.equal(statusCode, 200, `${method} ${url}${statusCode === 200 ? '' : `: ${response.body.slice(0, 200)}`}`)
        clicked++
      }
    }
  }
  t.ok(clicked > 30, `${clicked} clicked`)
})

/** A tensor of a graph by the Open Inference Protocol, for latents that lie around the mean. */
async function infer (graph: string, latents: readonly number[][]): Promise<Float32Array> {
  const { headers, rawPayload } = await app.inject({
    method: 'POST',
    url: `/v2/models/${graph}/infer`,
    headers: { 'inference-header-content-length': '0' },
    payload: Buffer.from(Float32Array.from(latents.flat()).buffer),
  })
  const start = Number(headers['inference-header-content-length'])
  return new Float32Array(new Uint8Array(rawPayload.subarray(start)).buffer)
}

const around = ({ latentStatistics: { mean, standardDeviation } }: Card) => [0, 1, 2, 3].map(n =>
  mean.map((value, i) => value + Math.sin(7 * n + i) * standardDeviation[i]! * Math.sign(n)))

for (const card of cards.filter(({ files }) => files.layers !== undefined)) {
  t.test(`${card.name}: layers, laid over one another, are the picture`, async t => {
    const { name, partitions, image: { height, width, channels } } = card
    const latents = around(card)
    const pictures = await infer(`${name}-decoder`, latents) // [N, C, H, W]
    const url = `/v1/models/${name}/layers?format=raw&datatype=FP32`
    const { headers, rawPayload } = await app.inject({ method: 'POST', url, payload: { latents } })
    t.equal(headers['tensor-shape'], [latents.length, partitions.length, height, width, 4].join(','))
    const layers = new Float32Array(new Uint8Array(rawPayload).buffer) // [N, P, H, W, 4]
    const area = height * width
    const composed = pictures.map((_, i) => {
      const [n, channel, pixel] = [Math.floor(i / (channels * area)), Math.floor(i / area) % channels, i % area]
      const value = partitions.reduce((below, _, layer) => {
        const at = ((n * partitions.length + layer) * area + pixel) * 4
        return below * (1 - layers[at + 3]!) + layers[at + channel]! * layers[at + 3]!
      }, 0)
      return Math.min(1, Math.max(0, value))
    })
    const largest = largestDifference(composed, pictures)
    t.ok(largest < 1e-5, `largest difference ${largest.toExponential(1)}`)
    const [back] = String(headers['layer-partitions']).split(',')
    t.equal(partitions.find(({ name }) => name === back)!.label, 'background', 'what is behind all else')
  })
}

for (const card of cards) {
  t.test(`${card.name}: its sample is of this model`, async t => {
    const { name, image, latentSize, latentStatistics } = card
    const file = (await app.inject(`/${card.links['sample']}`)).rawPayload
    const { count, columns, sheet } = readSample(file, card, name)
    t.equal(count, 2000)
    t.ok(file.length < 2 ** 20, 'small enough to be fetched on every visit')
    const floats = (column: string) => {
      const { offset, bytes } = columns.find(({ name }) => name === column)!
      return new Float32Array(new Uint8Array(file.subarray(offset, offset + bytes)).buffer)
    }
    const mean = floats('mean')
    for (let unit = 0; unit < latentSize; unit++) {
      let sum = 0
      for (let i = 0; i < count; i++) sum += mean[i * latentSize + unit]! / count
      const { mean: means, standardDeviation } = latentStatistics
      t.ok(Math.abs(sum - means[unit]!) < 0.2 * standardDeviation[unit]!, `unit ${unit} has the mean of the card`)
    }
    // What was encoded is what the thumbnail shows: decoded and made small, it is near.
    const decoded = await infer(`${name}-decoder`, [Array.from(mean.subarray(0, latentSize))])
    const { bytes, width, channels } = await pixelsOf((await app.inject(`/${card.links['sheet']}`)).rawPayload)
    const factor = image.width / sheet.width
    let error = 0
    for (let y = 0; y < sheet.height; y++) {
      for (let x = 0; x < sheet.width; x++) {
        const shown = bytes[(y * width + x) * channels]! / 255
        error += (shown - decoded[Math.floor((y + 0.5) * factor) * image.width + Math.floor((x + 0.5) * factor)]!) ** 2
      }
    }
    t.ok(error / (sheet.width * sheet.height) < 0.03, `squared error ${error / (sheet.width * sheet.height)}`)
  })

  t.test(`${card.name}: its report`, async t => {
    const page = await app.inject(`/${card.links['report']}`)
    t.match(page.headers, { 'content-type': /^text\/html/, 'content-security-policy': /default-src 'none'/ })
    t.notMatch(page.body, /<script|\son[a-z]+=/, 'what the policy would block is not there')
    const { mse } = (await app.inject(`/${card.links['metrics']}`)).json<{ mse: number }>()
    t.equal(mse, (card.metrics['test'] as { mse: number }).mse, 'the measures of the card')
  })
}
