import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import t from 'tap'
import { startService, temporaryFolder } from '../service.js'

const page = '<!doctype html><html><head><title>Explorer</title>' +
  '<script type="module" src="./explorer/index-Bx3_9-zQ.js"></script></head></html>'
const script = `export const text = '${'long enough to be packed '.repeat(20)}'`
const root = await temporaryFolder(t)
const folder = join(root, 'dist')
await mkdir(join(folder, 'explorer'), { recursive: true })
await writeFile(join(root, 'secret.txt'), 'secret')
await writeFile(join(folder, 'index.html'), page)
for (const [name, text] of Object.entries({
  'index-Bx3_9-zQ.js': script,
  'style-a1b2c3d4.css': 'body {}',
  'decoder-a1b2c3d4.wasm': '\0asm',
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '.hidden-a1b2c3d4.js': 'x',
})) await writeFile(join(folder, 'explorer', name), text)
await writeFile(join(folder, 'explorer', 'index-Bx3_9-zQ.js.br'), brotliCompressSync(script))

const keys = join(root, 'keys')
await writeFile(keys, 'first-key-0123456789')
const { app } = await startService(t, {
  app: { explorer: folder, trustProxy: '10.0.0.0/8', security: { apiKeysFile: keys } },
})
const policyOf = (headers: object) => String((headers as Record<string, unknown>)['content-security-policy'])

t.test('the page, without a key, for nobody to keep', async t => {
  const response = await app.inject('/')
  t.match(response, { statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
  t.equal(response.body, page)
  t.match(response.headers['cache-control'], /no-cache/)
  const { etag } = response.headers
  t.equal((await app.inject({ url: '/', headers: { 'if-none-match': String(etag) } })).statusCode, 304)
  await writeFile(join(folder, 'index.html'), `${page}<!-- built anew -->`)
  t.match(await app.inject({ url: '/', headers: { 'if-none-match': String(etag) } }), { body: /anew/, statusCode: 200 })
  await writeFile(join(folder, 'index.html'), page)
})

t.test('its files, with their types; those that are named by what is in them for good', async t => {
  const forever = /max-age=31536000, immutable/
  for (const [name, type, cacheControl] of [
    ['index-Bx3_9-zQ.js', /^application\/javascript/, forever],
    ['style-a1b2c3d4.css', /^text\/css/, forever],
    ['decoder-a1b2c3d4.wasm', /^application\/wasm/, forever],
    ['icon.svg', /^image\/svg\+xml/, /no-cache/],
  ] as const) {
    const { statusCode, headers } = await app.inject(`/explorer/${name}`)
    t.match([statusCode, headers['content-type'], headers['cache-control']], [200, type, cacheControl], name)
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.ok(headers['etag'])
  }
})

t.test('packed beforehand, for those that unpack', async t => {
  const packed = await app.inject({ url: '/explorer/index-Bx3_9-zQ.js', headers: { 'accept-encoding': 'gzip, br' } })
  t.match(packed.headers, {
    'content-encoding': 'br',
    'content-type': /^application\/javascript/,
    'cache-control': /immutable/,
    vary: /accept-encoding/i,
  })
  t.ok(packed.rawPayload.length < script.length)
  t.equal((await app.inject('/explorer/index-Bx3_9-zQ.js')).body, script)
})

t.test('a strict policy: no inline script or style, and no other host', async t => {
  for (const url of ['/', '/explorer/index-Bx3_9-zQ.js']) {
    const policy = policyOf((await app.inject(url)).headers)
    t.match(policy, /script-src 'self' 'wasm-unsafe-eval'(;|$)/)
    t.match(policy, /style-src 'self'(;|$)/)
    t.notMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/)
  }
})

t.test('behind a proxy that strips a prefix, what is relative is found', async t => {
  const request = { url: '/', headers: { 'x-forwarded-prefix': '/tools/pvae' }, remoteAddress: '10.0.0.9' }
  const behind = await app.inject(request)
  t.match(behind.headers.vary, /X-Forwarded-Prefix/i)
  t.match(behind.body, '<head><base href="/tools/pvae/"><title>')
  t.not(behind.headers.etag, (await app.inject('/')).headers.etag)
  t.equal((await app.inject({ ...request, remoteAddress: '192.0.2.1' })).body, page, 'nobody else is believed')
})

t.test('nothing else is served, and no way out', async t => {
  for (const path of [
    'missing-a1b2c3d4.js', '', '.hidden-a1b2c3d4.js', '..%2findex.html', '..%2f..%2fsecret.txt',
    '%2e%2e%2f%2e%2e%2fsecret.txt',
  ]) {
    const { statusCode, headers, body } = await app.inject(`/explorer/${path}`)
    t.ok([400, 404].includes(statusCode), `${path}: ${statusCode}`)
    t.match(headers['cache-control'], /no-store/)
    t.match(JSON.parse(body), { code: /^PVAE_/ }, 'an error in the one form, and no file')
  }
})

t.test('where it is not built, / leads to the page of the API', async t => {
  const { app } = await startService(t)
  t.match(await app.inject('/'), { statusCode: 302, headers: { location: '/docs' } })
  t.equal((await app.inject('/explorer/index.js')).statusCode, 404)
})
