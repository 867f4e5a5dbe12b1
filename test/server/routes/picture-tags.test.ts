/**
 * Of every route that draws a picture to be cached, every parameter: what changes the picture changes its tag. Routes
 * and parameters are the document's.
 */
import t from 'tap'
import { startService } from '../service.js'

interface Parameter { readonly in: string, readonly name: string, readonly schema: Readonly<Record<string, unknown>> }

// Labels that differ from the names, and partitions that differ in size.
const model = {
  partitions: [
    { name: 'shape', size: 2 },
    { name: 'style', size: 3 },
  ],
  labels: { style: 'slant' },
} as const
const { app } = await startService(t, { model })
const { paths } = (await app.inject('/openapi.json')).json<{
  paths: Record<
    string,
    Record<string, { parameters?: Parameter[]; responses: Record<string, { content?: object; headers?: object }> }>
  >
}>()
// Files that lie there are not drawn.
const drawing = Object.entries(paths).filter(
  ([path, { get }]) =>
    get !== undefined && !path.endsWith('{file}') && 'image/png' in (get.responses['200']?.content ?? {})
)

/** Values whose pictures differ from each other, with what else the query needs for the parameter to matter. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  partition: ['shape', 'style', 'style,shape'],
  latent: ['0,0,0,0,0', '0,0,0,0,2', '-1,0,0,0,0'],
}
const NEEDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  from: { mode: 'scale', latent: '1,1,1,1,1' },
  to: { mode: 'scale', latent: '1,1,1,1,1' },
}

function valuesOf ({ name, schema }: Parameter): readonly string[] {
  if (TEXTS[name] !== undefined) return TEXTS[name]
  if (Array.isArray(schema['enum'])) return schema['enum'].map(String)
  if (schema['type'] === 'boolean') return ['true', 'false']
  // Of numbers some that are near, and the least that may be of integers, as 0 is easily taken for nothing.
  const least = schema['type'] === 'integer' ? Number(schema['minimum'] ?? 0) : 1.25
  return [least, least + 1, least + 2].map(String)
}

t.test('there are such routes', async t => {
  t.strictSame(
    drawing
      .map(([path]) => path.replace('/versions/{version}', ''))
      .filter((path, i, all) => all.indexOf(path) === i)
      .sort(),
    ['/v1/models/{name}/influence', '/v1/models/{name}/traversal']
  )
  for (const [path, { get }] of drawing) t.ok('etag' in get!.responses['200']!.headers!, path)
})

for (const [path, { get }] of drawing) {
  for (const parameter of get!.parameters!.filter(({ in: place }) => place === 'query')) {
    const { name } = parameter
    t.test(`${path}: ${name}`, async t => {
      const url = path.replace('{name}', 'linear').replace('{version}', '1')
      const values = valuesOf(parameter)
      const answers = await Promise.all([undefined, ...values].map(async value => {
        const query = new URLSearchParams({ steps: '3', ...NEEDS[name], ...value !== undefined && { [name]: value } })
        if (!get!.parameters!.some(({ name }) => name === 'steps')) query.delete('steps')
        const answer = await app.inject(`${url}?${query}`)
        t.equal(answer.statusCode, 200, `${query}: ${answer.statusCode === 200 ? 'drawn' : answer.body}`)
        return {
          picture: answer.rawPayload.toString('base64'),
          type: answer.headers['content-type'],
          etag: answer.headers.etag,
        }
      }))
      t.ok(new Set(answers.map(({ picture }) => picture)).size > 1, 'it changes the picture')
      for (const [i, one] of answers.entries()) {
        for (const [j, other] of answers.entries()) {
          if (j <= i) continue
          const [a, b] = [i, j].map(n => n === 0 ? 'default' : values[n - 1])
          if (one.picture !== other.picture || one.type !== other.type) t.not(one.etag, other.etag, `${a} and ${b}`)
        }
      }
    })
  }
}

t.test('the answer that a client likes best has a tag of its own too', async t => {
  for (const [path] of drawing) {
    const url = path.replace('{name}', 'linear').replace('{version}', '1')
    const [png, webp] = await Promise.all(
      ['image/png', 'image/webp'].map(accept => app.inject({ url, headers: { accept } }))
    )
    t.not(png!.headers.etag, webp!.headers.etag, path)
    t.match(String(png!.headers.vary), /accept/i)
  }
})
