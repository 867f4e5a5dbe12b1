import t from 'tap'
import { readSample, type SampleHeader } from '@partition-vae/models'
import { publishLayeredModel } from '../../helpers/publish-layered-model.js'
import { pixelsOf } from '../images.js'
import { startService } from '../service.js'

const { app } = await startService(t, { prepare: root => publishLayeredModel(root) })
const url = '/v1/models/layered/sample'
const file = await app.inject(url)

t.test('the file as it was published, its header, and its sheet', async t => {
  t.match(file, { statusCode: 200, headers: { 'content-type': 'application/octet-stream', vary: 'accept' } })
  const header = readSample(file.rawPayload, { latentSize: 10 }, 'sample')
  t.match(header, { count: 6, data: { name: 'noise/test' } })
  for (const request of [{ url, headers: { accept: 'application/json' } }, { url: `${url}?format=json` }]) {
    const response = await app.inject(request)
    t.match(response.headers['content-type'], /^application\/json/)
    t.strictSame(response.json<SampleHeader>(), header)
  }
  const sheet = await app.inject(`${url}/sheet`)
  t.equal(sheet.headers['content-type'], 'image/webp')
  const { offset, bytes, columns, width, height } = header.sheet
  t.strictSame(sheet.rawPayload, file.rawPayload.subarray(offset, offset + bytes))
  t.match(await pixelsOf(sheet.rawPayload), { width: columns * width, height: Math.ceil(6 / columns) * height })
})

t.test('a client that has it is told so; of a version it never changes', async t => {
  for (const path of ['', '?format=json', '/sheet']) {
    const { etag } = (await app.inject(url + path)).headers
    t.match(await app.inject({ url: url + path, headers: { 'if-none-match': String(etag) } }), {
      statusCode: 304,
      body: '',
      headers: { 'cache-control': 'public, no-cache' },
    })
    const pinned = await app.inject(`/v1/models/layered/versions/1/sample${path}`)
    t.match(pinned, { statusCode: 200, headers: { etag, 'cache-control': 'public, max-age=31536000, immutable' } })
  }
  const answers = await Promise.all(['', '?format=json', '/sheet'].map(path => app.inject(url + path)))
  t.equal(new Set(answers.map(({ headers: { etag } }) => etag)).size, 3)
})

t.test('what there is not', async t => {
  const cases = [
    [{ url: '/v1/models/linear/sample' }, 404, 'PVAE_NO_SAMPLE', /encoded sample .* linear, version 1/],
    [{ url: '/v1/models/linear/versions/1/sample/sheet' }, 404, 'PVAE_NO_SAMPLE', /./],
    [{ url: `${url}?format=csv` }, 400, 'PVAE_INVALID_PARAMETER', /raw or json for format/],
    [{ url: `${url}/sheet?format=png` }, 400, 'PVAE_INVALID_PARAMETER', /no such field for format/],
    [{ url, headers: { accept: 'text/csv' } }, 406, 'PVAE_NOT_ACCEPTABLE', /octet-stream/],
  ] as const
  for (const [request, statusCode, code, message] of cases) {
    t.match((await app.inject(request)).json(), { statusCode, code, message })
  }
})
