import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { startService } from '../service.js'

const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
const { app, model } = await startService(t, {
  async prepare (root) {
    const { directory } = await publishLinearModel(root, { name: 'bare' })
    await rm(join(directory, 'report'), { recursive: true })
  },
})
const report = join(model.directory, 'report')
await mkdir(join(report, 'figures'))
await writeFile(join(report, 'metrics.json'), '{"mse": 0.5}')
await writeFile(join(report, 'figures', 'a b.svg'), svg)
await writeFile(join(report, 'odd.exe'), 'x')
await symlink(join(model.directory, 'model.json'), join(report, 'link.json'))
const url = '/v1/models/linear/report'

t.test('its files, with their types', async t => {
  const list = await app.inject(url)
  t.strictSame(list.json(), {
    files: [
      { path: 'figures/a b.svg', type: 'image/svg+xml', bytes: svg.length },
      { path: 'index.html', type: 'text/html; charset=utf-8', bytes: 42 },
      { path: 'metrics.json', type: 'application/json; charset=utf-8', bytes: 12 },
      { path: 'odd.exe', type: 'application/octet-stream', bytes: 1 },
    ],
  })
  const { files } = list.json<{ files: Array<{ path: string, type: string, bytes: number }> }>()
  for (const { path, type, bytes } of files) {
    for (const base of [url, '/v1/models/linear/versions/1/report']) {
      const response = await app.inject(`${base}/${encodeURI(path)}`)
      t.match(response, { statusCode: 200, headers: { 'content-type': type, 'x-content-type-options': 'nosniff' } })
      t.equal(response.rawPayload.length, bytes)
    }
  }
  t.strictSame((await app.inject(`${url}/metrics.json`)).json(), { mse: 0.5 })
})

t.test('no script of it runs, and it loads nothing from elsewhere', async t => {
  for (const path of ['index.html', 'figures/a%20b.svg']) {
    const policy = String((await app.inject(`${url}/${path}`)).headers['content-security-policy'])
    t.match(policy, /^default-src 'none';/)
    t.notMatch(policy, /script-src|\*|https?:/)
    t.match(policy, /frame-ancestors 'self'/, 'a page of this service may show it')
  }
})

t.test('a client that has a file is told so, until it is drawn anew', async t => {
  const first = await app.inject(`${url}/index.html`)
  t.equal(first.headers['cache-control'], 'public, no-cache')
  const again = () => app.inject({ url: `${url}/index.html`, headers: { 'if-none-match': String(first.headers.etag) } })
  t.match(await again(), { statusCode: 304, body: '' })
  const { etag } = (await app.inject(url)).headers
  t.equal((await app.inject({ url, headers: { 'if-none-match': String(etag) } })).statusCode, 304)
  await writeFile(join(report, 'index.html'), '<!doctype html><title>Drawn anew</title>')
  t.match(await again(), { statusCode: 200, body: /anew/ })
  t.equal((await app.inject({ url, headers: { 'if-none-match': String(etag) } })).statusCode, 200)
})

t.test('what there is not, and no way out of the folder', async t => {
  const cases = [
    ['/v1/models/bare/report', 'PVAE_REPORT_NOT_FOUND', /a model with a report .* bare, version 1/],
    ['/v1/models/bare/report/index.html', 'PVAE_REPORT_NOT_FOUND', /bare/],
    [`${url}/none.html`, 'PVAE_REPORT_NOT_FOUND', /one of .*index.html.* but received "none.html"/],
    [`${url}/link.json`, 'PVAE_REPORT_NOT_FOUND', /./],
    [`${url}/`, 'PVAE_REPORT_NOT_FOUND', /./],
    [`${url}/..%2fmodel.json`, 'PVAE_REPORT_NOT_FOUND', /./],
    [`${url}/%2e%2e/model.json`, 'PVAE_ROUTE_NOT_FOUND', /./],
    [`${url}/figures%2f..%2f..%2fmodel.json`, 'PVAE_REPORT_NOT_FOUND', /./],
    [`${url}/figures`, 'PVAE_REPORT_NOT_FOUND', /./],
  ] as const
  for (const [url, code, message] of cases) {
    t.match((await app.inject(url)).json(), { statusCode: 404, code, message }, url)
  }
  t.match((await app.inject(`${url}?page=2`)).json(), { statusCode: 400, code: 'PVAE_INVALID_PARAMETER' })
})

t.test('the card says what there is', async t => {
  t.strictSame((await app.inject('/v1/models/bare')).json().links, {})
  const { links } = (await app.inject('/v1/models/linear')).json<{ links: { report: string } }>()
  t.equal((await app.inject(`/${links.report}`)).statusCode, 200)
})
