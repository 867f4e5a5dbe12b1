/**
 * The document is valid, complete enough to generate a client from, and its examples run and are answered as it says.
 */
import t, { type Test } from 'tap'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Compile, type TSchema } from '../../models/foundation/typebox.js'
import { publishLayeredModel } from '../helpers/publish-layered-model.js'
import { multipartOf, startService } from '../server/service.js'

interface Example { value?: unknown }
interface Media {
  schema: object
  examples?: Record<string, Example>
  encoding?: Record<string, { contentType: string }>
}
interface Operation {
  path: string
  method: 'GET' | 'POST'
  operationId: string
  summary: string
  tags: string[]
  parameters?: Array<{
    in: string
    name: string
    required?: boolean
    example?: unknown
    examples?: Record<string, Example>
    schema: { default?: unknown; example?: unknown; examples?: unknown[] }
  }>
  requestBody?: { description?: string; content: Record<string, Media> }
  responses: Record<string, { description: string; headers?: object; content?: Record<string, Media> }>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

const { app } = await startService(t, {
  model: {
    partitions: [
      { name: 'shape', size: 2 },
      { name: 'style', size: 3 },
    ],
    labels: { style: 'slant' },
  },
  indexes: 'linear',
  // For the routes that only such models answer.
  prepare: root => publishLayeredModel(root),
})
const document = (await app.inject('/openapi.json')).json<Document>()
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]): Operation => ({
    ...operation,
    path,
    method: method.toUpperCase() as 'GET',
  }))
)

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
    t.ok(summary.length > 0, operationId)
    t.equal(tags.length, 1, operationId)
    t.ok(Object.keys(responses).some(status => status.startsWith('2')), `${operationId} can succeed`)
    for (const [status, { description }] of Object.entries(responses)) {
      t.ok(description.length > 0, `${operationId} ${status}`)
    }
    t.equal(new Set(parameters.map(({ in: place, name }) => `${place} ${name}`)).size, parameters.length)
    const form = requestBody?.content['multipart/form-data']
    if (form !== undefined) t.strictSame(form.encoding, { image: { contentType: 'image/png, image/jpeg, image/webp' } })
  }
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    match => match[1]!
  )
  t.strictSame([...new Set(references)].sort(), ['Error', 'ProtocolError'])
  for (const reference of new Set(references)) t.ok(reference in document.components.schemas, reference)
  t.notMatch(JSON.stringify(document), /"\$ref":"(?!#\/components\/schemas\/)/)
})

/** References are only ever to whole schemas: see above. */
function resolve (schema: object): TSchema {
  return '$ref' in schema
    ? (document.components.schemas[(schema.$ref as string).replace('#/components/schemas/', '')]! as TSchema)
    : (schema as TSchema)
}

/** Whether an answer is what the document says: status, type, and body. */
function checkAnswer (
  t: Test,
  { operationId, responses }: Operation,
  response: { statusCode: number; headers: object; rawPayload: Buffer },
  status: number
): void {
  t.equal(
    response.statusCode,
    status,
    status === response.statusCode ? operationId : response.rawPayload.toString().slice(0, 300)
  )
  const type = ((response.headers as Record<string, string>)['content-type'] ?? '').split(';')[0]!
  const media = responses[status]?.content?.[type]
  t.ok(media !== undefined, `${operationId}: ${type} with ${status} is in the document`)
  t.ok(response.rawPayload.length > 0, operationId)
  if (media === undefined || type !== 'application/json') return
  const schema = Compile(resolve(media.schema))
  const body: unknown = JSON.parse(response.rawPayload.toString())
  t.ok(schema.Check(body), `${operationId}: ${JSON.stringify(schema.Errors(body))}`)
}

/** With its path filled in, and these query parameters. */
function urlOf ({ path, parameters = [] }: Operation, query: Record<string, unknown> = {}): string {
  const filled = parameters
    .filter(({ in: place }) => place === 'path')
    .reduce((url, { name, example }) => url.replace(`{${name}}`, String(example)), path)
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
  return `${filled}?${new URLSearchParams(pairs)}`
}

/** The image that the document names to try. */
const digit = (
  await app.inject(
    /`(\/[^`]+\.png)`/.exec(document.paths['/v1/models/{name}/encode']!['post']!.requestBody!.description!)![1]!
  )
).rawPayload

/**
 * Every body that the document gives an example of, or one filled in with the image that it names; without a body, one
 * empty.
 */
function bodiesOf ({
  requestBody,
  path,
}: Operation): Array<{ headers: Record<string, string>; payload?: Buffer | string }> {
  if (requestBody === undefined) return [{ headers: {} }]
  // Tensors as bytes: nobody could type them.
  const contents = Object.entries(requestBody.content).filter(
    ([type]) => !path.endsWith('/infer') || type === 'application/json'
  )
  const bodies = contents.map(([type, { schema, examples }]) => {
    if (type === 'multipart/form-data') {
      const { minItems } = (schema as { properties: { image: { minItems: number } } }).properties.image
      return [
        multipartOf(
          Array.from({ length: minItems }, (_, i) => ({ name: 'image', filename: `${i}.png`, data: digit }))
        ),
      ]
    }
    if (type.startsWith('image/') || examples === undefined) {
      return [{ headers: { 'content-type': type }, payload: digit }]
    }
    return Object.values(examples).map(({ value }) => ({
      headers: { 'content-type': type },
      payload: JSON.stringify(value),
    }))
  })
  return bodies.flat()
}

for (const operation of operations) {
  t.test(`${operation.operationId}: its examples run`, async t => {
    const { method, parameters = [], responses } = operation
    const bodies = bodiesOf(operation)
    t.ok(bodies.length > 0)
    const query = parameters.filter(({ in: place }) => place === 'query')
    const queries = [
      {},
      ...query
        .filter(({ example, schema }) => (example ?? schema.default) !== undefined)
        .map(({ name, example, schema }) => ({ [name]: example ?? schema.default })),
    ]
    for (const body of bodies) {
      for (const query of queries) {
        checkAnswer(t, operation, await app.inject({ method, url: urlOf(operation, query), ...body }), 200)
      }
      // A file has one type, whatever a client would rather have.
      const types = operation.path.endsWith('{file}') ? [] : Object.keys(responses['200']!.content!)
      for (const type of types.filter(type => type !== 'text/plain')) {
        const answer = await app.inject({
          method,
          url: urlOf(operation),
          ...body,
          headers: { ...body.headers, accept: type },
        })
        checkAnswer(t, operation, answer, 200)
        if (!operation.path.startsWith('/v2')) t.match(answer.headers['content-type'], type)
      }
    }
  })
}

/**
 * What a page fills a field with: Swagger UI takes the example of the parameter, of its schema, or the default; a
 * choice without either stays empty.
 */
function prefilled ({ example, examples, schema }: NonNullable<Operation['parameters']>[number]): unknown {
  return example ?? Object.values(examples ?? {})[0]?.value ?? schema.example ?? schema.examples?.[0] ?? schema.default
}

for (const operation of operations) {
  t.test(`${operation.operationId}: "Try it out" and "Execute", with all that is filled in`, async t => {
    const { path, method, parameters = [], responses } = operation
    const given = parameters.map(parameter => ({ ...parameter, value: prefilled(parameter) }))
    t.strictSame(
      given.filter(({ in: place, required = false, value }) => (required || place === 'path') && value === undefined),
      [],
      'what is required is filled in'
    )
    const filled = given
      .filter(({ in: place }) => place === 'path')
      .reduce((url, { name, value }) => url.replace(`{${name}}`, encodeURIComponent(String(value))), path)
    const query = given
      .filter(({ in: place, value }) => place === 'query' && value !== undefined)
      .map(({ name, value }): [string, string] => [name, String(value)])
    const headers = Object.fromEntries(
      given
        .filter(({ in: place, value }) => place === 'header' && value !== undefined)
        .map(({ name, value }) => [name, String(value)])
    )
    const url = query.length === 0 ? filled : `${filled}?${new URLSearchParams(query)}`
    // Each content type and example that can be chosen of the body, and each media type of the answer.
    for (const body of bodiesOf(operation)) {
      for (const accept of Object.keys(responses['200']!.content!)) {
        const answer = await app.inject({ method, url, ...body, headers: { ...headers, ...body.headers, accept } })
        checkAnswer(t, operation, answer, 200)
      }
    }
  })
}

t.test('nothing in the document is looked for elsewhere: saved to a file, it is whole', async t => {
  const elsewhere: string[] = []
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, field] of Object.entries(value)) {
      if ((key === '$ref' && !String(field).startsWith('#/')) || key === 'externalValue') {
        elsewhere.push(`${path}/${key}: ${field}`)
      }
      visit(field, `${path}/${key}`)
    }
  }
  for (const url of ['/openapi.json', '/docs/json']) visit((await app.inject(url)).json(), url)
  t.strictSame(elsewhere, [])
})

t.test('errors are as the document says', async t => {
  for (const operation of operations.filter(({ path }) => path.includes('{name}') || path.includes('{model}'))) {
    const [body] = bodiesOf(operation)
    const missing = {
      ...operation,
      parameters: operation.parameters!.map(parameter =>
        parameter.in === 'path' && parameter.name !== 'version'
          ? { ...parameter, example: 'nothing-encoder' }
          : parameter
      ),
    }
    checkAnswer(t, operation, await app.inject({ method: operation.method, url: urlOf(missing), ...body }), 404)
    if (operation.path.startsWith('/v1')) {
      checkAnswer(
        t,
        operation,
        await app.inject({ method: operation.method, url: urlOf(operation, { unknown: 1 }), ...body }),
        400
      )
    }
  }
})
