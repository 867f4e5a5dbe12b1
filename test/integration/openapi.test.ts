/** The document is valid, complete enough to generate a client from, and its examples run and are answered as it says. */
import t, { type Test } from 'tap'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { multipartOf, startService } from '../server/service.js'

interface Example { value?: unknown, externalValue?: string }
interface Media { schema: object, examples?: Record<string, Example>, encoding?: Record<string, { contentType: string }> }
interface Operation {
  path: string
  method: 'GET' | 'POST'
  operationId: string
  summary: string
  tags: string[]
  parameters?: Array<{ in: string, name: string, required?: boolean, example?: unknown, schema: { default?: unknown } }>
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string, headers?: object, content?: Record<string, Media> }>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

const { app } = await startService(t, { model: { partitions: [{ name: 'shape', size: 2 }, { name: 'style', size: 3 }], labels: { style: 'slant' } } })
const document = (await app.inject('/openapi.json')).json<Document>()
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]): Operation => ({ ...operation, path, method: method.toUpperCase() as 'GET' })))

t.test('valid OpenAPI 3.1', async t => {
  const validator = new Validator()
  const { valid, errors } = await validator.validate({ ...structuredClone(document) })
  t.ok(valid, JSON.stringify(errors))
  t.equal(validator.version, '3.1')
})

t.test('what a generator of clients needs', async t => {
  const ids = operations.map(({ operationId }) => operationId)
  t.equal(new Set(ids).size, ids.length)
  for (const { operationId, summary, tags, responses, parameters = [], requestBody } of operations) {
    t.match(operationId, /^[a-z][A-Za-z]+$/)
    t.ok(summary.length > 0 && tags.length === 1, operationId)
    t.ok(Object.keys(responses).some(status => status.startsWith('2')), `${operationId} can succeed`)
    for (const [status, { description }] of Object.entries(responses)) t.ok(description.length > 0, `${operationId} ${status}`)
    t.equal(new Set(parameters.map(({ in: place, name }) => `${place} ${name}`)).size, parameters.length)
    const form = requestBody?.content['multipart/form-data']
    if (form !== undefined) t.strictSame(form.encoding, { image: { contentType: 'image/png, image/jpeg, image/webp' } })
  }
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(match => match[1]!)
  t.strictSame([...new Set(references)].sort(), ['Error', 'ProtocolError'])
  for (const reference of new Set(references)) t.ok(reference in document.components.schemas, reference)
  t.notMatch(JSON.stringify(document), /"\$ref":"(?!#\/components\/schemas\/)/)
})

/** References are only ever to whole schemas: see above. */
function resolve (schema: object): TSchema {
  return '$ref' in schema ? document.components.schemas[(schema.$ref as string).replace('#/components/schemas/', '')]! as TSchema : schema as TSchema
}

/** Whether an answer is what the document says: status, type, and body. */
function checkAnswer (t: Test, { operationId, responses }: Operation, response: { statusCode: number, headers: object, rawPayload: Buffer }, status: number): void {
  t.equal(response.statusCode, status, status === response.statusCode ? operationId : response.rawPayload.toString().slice(0, 300))
  const type = ((response.headers as Record<string, string>)['content-type'] ?? '').split(';')[0]!
  const media = responses[status]?.content?.[type]
  t.ok(media !== undefined && response.rawPayload.length > 0, `${operationId}: ${type} with ${status} is in the document`)
  if (media === undefined || type !== 'application/json') return
  const schema = Compile(resolve(media.schema))
  const body: unknown = JSON.parse(response.rawPayload.toString())
  t.ok(schema.Check(body), `${operationId}: ${JSON.stringify(schema.Errors(body))}`)
}

/** With its path filled in, and these query parameters. */
function urlOf ({ path, parameters = [] }: Operation, query: Record<string, unknown> = {}): string {
  const filled = parameters.filter(({ in: place }) => place === 'path').reduce((url, { name, example }) => url.replace(`{${name}}`, String(example)), path)
  return `${filled}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]))}`
}

const binary = async ({ externalValue }: Example) => (await app.inject(externalValue!)).rawPayload
const digit = await binary(document.paths['/v1/models/{name}/encode']!['post']!.requestBody!.content['image/png']!.examples!['digit']!)

/** Every body that the document gives an example of, or a form filled in with its example image; without a body, one empty. */
async function bodiesOf ({ requestBody }: Operation): Promise<Array<{ headers: Record<string, string>, payload?: Buffer | string }>> {
  if (requestBody === undefined) return [{ headers: {} }]
  const bodies = Object.entries(requestBody.content).map(async ([type, { schema, examples = {} }]) => {
    if (type === 'multipart/form-data') {
      const { minItems } = (schema as { properties: { image: { minItems: number } } }).properties.image
      return [multipartOf(Array.from({ length: minItems }, (_, i) => ({ name: 'image', filename: `${i}.png`, data: digit })))]
    }
    return await Promise.all(Object.values(examples).map(async example => ({
      headers: { 'content-type': type },
      payload: example.externalValue === undefined ? JSON.stringify(example.value) : await binary(example),
    })))
  })
  return (await Promise.all(bodies)).flat()
}

for (const operation of operations) {
  t.test(`${operation.operationId}: its examples run`, async t => {
    const { method, parameters = [], responses } = operation
    const bodies = await bodiesOf(operation)
    t.ok(bodies.length > 0)
    const query = parameters.filter(({ in: place }) => place === 'query')
    // Each parameter's example or default on its own: some exclude each other.
    const queries = [{}, ...query.filter(({ example, schema }) => (example ?? schema.default) !== undefined).map(({ name, example, schema }) => ({ [name]: example ?? schema.default }))]
    for (const body of bodies) {
      for (const query of queries) checkAnswer(t, operation, await app.inject({ method, url: urlOf(operation, query), ...body }), 200)
      for (const type of Object.keys(responses['200']!.content!).filter(type => type !== 'text/plain')) {
        const answer = await app.inject({ method, url: urlOf(operation), ...body, headers: { ...body.headers, accept: type } })
        checkAnswer(t, operation, answer, 200)
        if (!operation.path.startsWith('/v2')) t.match(answer.headers['content-type'], type)
      }
    }
  })
}

t.test('errors are as the document says', async t => {
  for (const operation of operations.filter(({ path }) => path.includes('{name}') || path.includes('{model}'))) {
    const [body] = await bodiesOf(operation)
    const missing = { ...operation, parameters: operation.parameters!.map(parameter => parameter.in === 'path' && parameter.name !== 'version' ? { ...parameter, example: 'nothing-encoder' } : parameter) }
    checkAnswer(t, operation, await app.inject({ method: operation.method, url: urlOf(missing), ...body }), 404)
    if (operation.path.startsWith('/v1')) checkAnswer(t, operation, await app.inject({ method: operation.method, url: urlOf(operation, { unknown: 1 }), ...body }), 400)
  }
})
