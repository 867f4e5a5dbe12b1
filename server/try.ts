import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRepository } from '@partition-vae/models'
import { publishLinearModel } from '../test/helpers/linear-model.js'
import { buildApp } from './app.js'
import { createPool } from './inference/pool.js'
import { createRegistry } from './inference/registry.js'
const root = await mkdtemp(join(tmpdir(), 'pv-'))
await publishLinearModel(root, { image: { height: 28, width: 28, channels: 1 } })
const app = await buildApp({ loadModels: log => createRegistry({ repository: openRepository(root), pool: createPool({ workers: 1, log, entry: new URL('../test/server/typescript-worker.mjs', import.meta.url) }), provider: 'cuda', log }) }, { logger: { level: 'info' } })
const digit = await readFile(new URL('../test/fixtures/digit.png', import.meta.url))
const show = async (o: any) => { const r = await app.inject(o); console.log(r.statusCode, JSON.stringify(r.headers), r.body.slice(0, 300)); return r }
await show({ method: 'POST', url: '/v1/models/linear/encode', headers: { 'content-type': 'image/png' }, payload: digit })
await show({ method: 'POST', url: '/v1/models/linear/decode', payload: { latents: [[1, 2, 3], { style: [1] }] } })
await show({ method: 'POST', url: '/v1/models/linear/decode', headers: { accept: 'application/json' }, payload: { latents: [[1, 2, 3], { style: [1] }] } })
await show({ method: 'POST', url: '/v1/models/linear/reconstruct', headers: { 'content-type': 'image/png' }, payload: digit })
const t = await show('/v1/models/linear/traversal')
await show({ url: '/v1/models/linear/traversal', headers: { 'if-none-match': String(t.headers.etag) } })
await show('/v1/models/linear/traversal?steps=1')
await show('/v1/models')
await show('/docs')
await show('/')
const o = await show('/openapi.json')
console.log(Object.keys(o.json().paths), Object.keys(o.json().components.schemas))
console.log(JSON.stringify(o.json().paths['/v1/models/{name}/versions/{version}/traversal'], null, 1).slice(0, 3000))
for (let i = 0; i < 200; i++) await app.inject({ method: 'POST', url: '/v1/models/linear/encode', headers: { 'content-type': 'image/png' }, payload: digit })
await app.close()
