import { createHash } from 'node:crypto'
import { defaultZoom, ModelError, planTraversal, type Card, type Traversal, type TraversalOptions } from '@partition-vae/models'
import { Type } from 'typebox'
import { expected, InvalidParameterError } from '../errors.js'
import { parseLatentText } from '../latents/parse.js'
import { samplePrior } from '../latents/prior.js'
import { errorResponses } from '../schemas/common.js'
import { TraversalQuerySchema, TraversalResponseSchema, type TraversalQuery } from '../schemas/traversal.js'
import { checkOutput } from './pictures.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

/** Part of every ETag: raise it when the same request gives another picture (layout, font, compression). */
const RENDERING = 1

function baseOf (card: Card, { latent, seed }: TraversalQuery): Float32Array | undefined {
  if (latent !== undefined && seed !== undefined) throw new InvalidParameterError(expected('latent or seed', 'the base', 'both'))
  if (latent !== undefined) return parseLatentText(card, latent)
  return seed === undefined ? undefined : samplePrior(seed, card.latentSize)
}

function plan (card: Card, options: TraversalOptions): Traversal {
  try {
    return planTraversal(card, options)
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    throw new InvalidParameterError(expected(error.expected, error.field, error.found))
  }
}

/** The same for the same picture: the model's graphs, and a query with everything filled in. */
function entityTag ({ name, version, files }: Card, query: object): string {
  const identity = JSON.stringify([RENDERING, name, version, files.encoder.sha256, files.decoder.sha256, query])
  return `"${createHash('sha256').update(identity).digest('base64url')}"`
}

/** If-None-Match, compared weakly. RFC 9110, 13.1.2. */
function matches (header: string | undefined, tag: string): boolean {
  return header?.split(',').some(candidate => candidate.trim() === '*' || candidate.trim().replace(/^W\//, '') === tag) ?? false
}

/** What the latent space looks like around a point: one picture. */
export const traversalRoutes: Routes = async (app, { models, limits }) => {
  for (const { path, params, pinned } of modelPaths('/traversal')) {
    app.get(path, {
      schema: {
        ...operation('traversal', pinned),
        summary: 'A grid of what each unit, or each partition, changes in the image',
        tags: ['inference'],
        params,
        querystring: TraversalQuerySchema,
        response: {
          200: TraversalResponseSchema,
          304: Type.Unsafe<undefined>({ type: 'null', description: 'The picture that `If-None-Match` names is still the right one' }),
          ...errorResponses(400, 404, 500, 503),
        },
      },
    }, async (request, reply) => {
      const { query } = request
      const model = findModel(models, request.params)
      const { card } = model
      const zoom = query.zoom ?? defaultZoom(card.image)
      const base = baseOf(card, query)
      const { mode, steps, range, from, to } = query
      const { rows, latents } = plan(card, { mode, partitions: query.partition?.split(','), steps, range, from, to, base })
      const cell = { height: card.image.height * zoom, width: card.image.width * zoom }
      checkOutput(rows.length * cell.height * steps * cell.width, limits)

      const tag = entityTag(card, { ...query, zoom, base: base && Array.from(base) })
      // A version never changes; which one is the default may.
      reply.header('etag', tag).header('cache-control', pinned ? 'public, max-age=31536000, immutable' : 'public, no-cache')
      if (matches(request.headers['if-none-match'], tag)) return await reply.code(304).send()
      const rowLabels = query.labels ? rows.map(({ label }) => label) : undefined
      const { file } = await model.run('grid', { latents, columns: steps, rowLabels, zoom, format: query.format })
      return await reply.type(`image/${query.format}`).send(Buffer.from(file.buffer, file.byteOffset, file.length))
    })
  }
}
