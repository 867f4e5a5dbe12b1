import t from 'tap'
import { ERROR_STATUSES } from '../../../server/foundation/errors.js'
import { startService } from '../service.js'

const { app } = await startService(t)

interface Operation {
  operationId: string
  parameters?: Array<{ in: string, name: string, required?: boolean, schema: { default?: unknown } }>
  requestBody?: { content: Record<string, unknown> }
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>
}
interface Document {
  openapi: string
  info: { title: string, version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown> }
}

const response = await app.inject('/openapi.json')
const document = response.json<Document>()

t.test('the document is OpenAPI 3.1 and lists every route', async t => {
  t.equal(response.statusCode, 200)
  t.match(response.headers['content-type'], /^application\/json/)
  t.match(document, { openapi: '3.1.0', info: { title: 'PartitionVAE', version: '1.2.3' } })
  const listed = Object.entries(document.paths)
    .flatMap(([path, operations]) => Object.keys(operations).map(method => `${method} ${path}`))
    .sort()
  const model = [
    'get ',
    'get /report',
    'get /report/{file}',
    'get /sample',
    'get /sample/sheet',
    'post /decode',
    'post /layers',
    'post /encode',
    'post /reconstruct',
    'get /traversal',
    'post /traversal',
    'post /mix',
    'post /search',
    'get /influence',
  ].map(route => route.split(' ') as [string, string])
  t.strictSame(
    listed,
    [
      'get /metrics',
      'get /v1/models',
      'get /v1/models/{name}/versions',
      'get /v2',
      'get /v2/health/live',
      'get /v2/health/ready',
      ...['get ', 'get /ready', 'post /infer'].flatMap(route =>
        ['', '/versions/{version}'].map(version => route.replace(' ', ` /v2/models/{model}${version}`))
      ),
      ...model.flatMap(([method, suffix]) =>
        ['', '/versions/{version}'].map(version => `${method} /v1/models/{name}${version}${suffix}`)
      ),
    ].sort()
  )
})

t.test('names are unique, references resolve, parameters agree with the paths', async t => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map(operation => ({ path, ...operation }))
  )
  t.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length)
  for (const { path, parameters = [], operationId } of operations) {
    const inPath = parameters.filter(parameter => parameter.in === 'path').map(({ name }) => name).sort()
    t.strictSame(inPath, Array.from(path.matchAll(/\{(\w+)\}/g), match => match[1]).sort(), operationId)
    for (const { in: place, name, required, schema } of parameters) {
      t.equal(required ?? false, place === 'path', `${operationId}: ${name}, default ${schema.default}`)
    }
  }
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(match => match[1]!)
  t.ok(references.length > 0)
  for (const reference of new Set(references)) {
    t.ok(reference.replace('#/components/schemas/', '') in document.components.schemas, reference)
  }
})

t.test('bodies and answers are as the routes take and give them', async t => {
  const { post: encode } = document.paths['/v1/models/{name}/encode']!
  t.strictSame(Object.keys(encode!.requestBody!.content), [
    'multipart/form-data',
    'image/png',
    'image/jpeg',
    'image/webp',
    'application/octet-stream',
  ])
  const { post: decode } = document.paths['/v1/models/{name}/decode']!
  t.strictSame(Object.keys(decode!.requestBody!.content), ['application/json'])
  t.strictSame(
    Object.keys(decode!.responses['200']!.content!),
    ['image/png', 'image/webp', 'application/json', 'application/octet-stream']
  )
  t.match(decode!.responses['400'], {
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  })
  t.ok(Object.values(ERROR_STATUSES).includes(404))
})

t.test('the page, its files and the way to it', async t => {
  t.match(await app.inject('/'), { statusCode: 302, headers: { location: '/docs' } })
  const page = await app.inject('/docs')
  t.equal(page.statusCode, 200)
  t.match(page.body, /swagger-ui/)
  const policy = page.headers['content-security-policy'] as string
  t.match(policy, /script-src 'self'(;|$)/)
  t.notMatch(page.body, /<script(?![^>]*\bsrc=)[^>]*>\s*\S/, 'no inline script, which the policy would block')
  const paths = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(match => match[1]!)
  t.ok(paths.length > 2)
  for (const path of paths) t.equal((await app.inject(path)).statusCode, 200, path)
  t.match((await app.inject('/docs/json')).json(), { openapi: '3.1.0' })
})

t.test('other answers may load nothing', async t => {
  const { headers } = await app.inject('/v1/models')
  t.match(headers, { 'content-security-policy': /default-src 'none'/, 'x-content-type-options': 'nosniff' })
  t.equal(headers['access-control-allow-origin'], undefined)
  t.equal(headers['strict-transport-security'], undefined)
})
