/**
 * Files that once gave other latents than the same picture in another form, through the service on the models that
 * ship.
 */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openRepository, PIXEL_RULE } from '@partition-vae/models'
import { buildApp } from '../../server/app.js'
import { createPool } from '../../server/inference/pool.js'
import { createRegistry } from '../../server/inference/registry.js'
import { createLog, WORKER } from '../server/service.js'

const repository = openRepository(fileURLToPath(new URL('../../models/repository', import.meta.url)))
const log = createLog()
const app = await buildApp(
  {
    loadModels: async () =>
      await createRegistry({ repository, pool: createPool({ workers: 1, log, ...WORKER }), provider: 'cpu', log }),
  },
  { version: '1.2.3' }
)
t.teardown(() => app.close())

const read = (name: string) => readFile(new URL(`../fixtures/reports/${name}`, import.meta.url))

async function encode (model: string, name: string, query: string): Promise<number[]> {
  const headers = { 'content-type': 'application/octet-stream' }
  const response = await app.inject({
    method: 'POST',
    url: `/v1/models/${model}/encode${query}`,
    headers,
    payload: await read(name),
  })
  if (response.statusCode !== 200) throw new Error(`${name}: ${response.body}`)
  return response.json().encodings[0].partitions.flatMap(({ mean }: { mean: number[] }) => mean)
}

const TOLERANCE = 0.01
const cases: ReadonlyArray<[model: string, given: string, same: string, query?: string]> = [
  ['mnist', 'digit-20x20.png', 'digit-20x20-enlarged-centred-28x28.png'],
  ['mnist', 'exif-orientation-6-24x24.png', 'exif-upright-24x24.png'],
  ['mnist', 'exif-raw-profile-28x28.png', 'digit-28x28-upright.png'],
  ['mnist', 'exif-after-idat-28x28.png', 'digit-28x28-upright.png'],
  ['table-tennis', 'scene-64x48-q100-baseline.jpg', 'scene-64x48-q100-progressive.jpg'],
  ['table-tennis', 'scene-64x48-q100-baseline.jpg', 'scene-64x48-q100-decoded.png'],
  ['mnist', 'noisy-90x60-lossless.webp', 'noisy-90x60.png', '?fit=contain'],
  ['table-tennis', 'noisy-90x60-lossless.webp', 'noisy-90x60.png', '?fit=cover'],
]

t.test('the same picture, the same latents', async t => {
  for (const [model, given, same, query = ''] of cases) {
    const [latents, expected] = [await encode(model, given, query), await encode(model, same, query)]
    const off = Math.max(...latents.map((value, i) => Math.abs(value - expected[i]!)))
    t.ok(off <= TOLERANCE, `${model}: ${given} and ${same}: ${off}`)
  }
})

t.test('the models that ship were trained with the rule that is served', async t => {
  for (const name of ['mnist', 'digits', 'table-tennis']) {
    t.match((await app.inject(`/v1/models/${name}`)).json(), { pixelRule: PIXEL_RULE, servedPixelRule: PIXEL_RULE })
  }
  t.strictSame(log.lines.filter(({ message }) => message.includes('pixel rule')), [])
})
