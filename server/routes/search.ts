import { parseLatents, type Card } from '@partition-vae/models'
import { parseWeights, splitConditions, type IndexHeader } from '@partition-vae/collections/search'
import { Compile, type Static } from '@partition-vae/models/typebox'
import type { FastifyRequest } from 'fastify'
import type { Cancellation } from '../foundation/cancellation.js'
import { expected, InferenceError, InvalidBodyError, NoIndexError } from '../foundation/errors.js'
import { deepestMismatch } from '../foundation/schema-check.js'
import type { ServedModel } from '../inference/served-model.js'
import { readImages } from '../plugins/uploads.js'
import { errorResponses } from '../schemas/common.js'
import {
  SearchBodySchema, SearchContentSchema, SearchQuerySchema, SearchResponseSchema, type SearchBody,
} from '../schemas/search.js'
import type { Indexes } from '../search/indexes.js'
import type { Limits } from '../settings/limits.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

const bodySchema = Compile(SearchBodySchema)

/** An image or a latent → the encoded images near it. Registered where bodies are images; JSON is taken too. */
export const searchRoutes: Routes = async (app, { models, limits, indexes }) => {
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: limits.jsonBytes },
    app.getDefaultJsonParser('error', 'error')
  )
  for (const { path, params, pinned } of modelPaths('/search')) {
    app.post(path, {
      bodyLimit: limits.imageBytes,
      schema: {
        ...operation('search', pinned),
        summary: 'An image or a latent in; out come the encoded images that are like it, by partition',
        tags: ['inference'],
        params,
        querystring: SearchQuerySchema,
        body: SearchContentSchema,
        response: { 200: SearchResponseSchema, ...errorResponses(400, 404, 409, 413, 415, 500, 503, 504) },
      },
    }, async (request, reply) => {
      const model = findModel(models, request.params)
      const { card } = model
      const { index, header } = await requireIndex(indexes, card)
      const given = isJson(request) ? checkBody(request.body) : undefined
      const { k, scale = 'data', latents = false } = { ...request.query, ...given }
      const { weights, where } = given ?? {}
      const options = {
        k,
        scale,
        weights: weights ?? (request.query.weights === undefined ? undefined : parseWeights(request.query.weights)),
        where: where ?? (request.query.where === undefined ? undefined : splitConditions(request.query.where)),
      }
      const latent = given === undefined
        ? await encodeImage(request, model, header, limits, reply.cancellation)
        : parseLatents(card, [given.latent])
      const neighbours = await index.search(card, { latent, ...options }, reply.cancellation)
      return {
        model: { name: card.name, version: card.version },
        scale,
        neighbours: neighbours.map(({ latent, ...neighbour }) => ({ ...neighbour, ...latents && { latent } })),
      }
    })
  }
}

/** @throws PVAE_NO_INDEX, PVAE_INDEX_MISMATCH */
async function requireIndex (
  indexes: Indexes | undefined, card: Card
): Promise<{ readonly index: Indexes, readonly header: IndexHeader }> {
  if (indexes === undefined) {
    throw new NoIndexError(expected('a folder of indexes', 'PVAE_INDEX_DIR of this service', 'none'))
  }
  await indexes.look()
  return { index: indexes, header: indexes.require(card) }
}

function isJson ({ headers }: FastifyRequest): boolean {
  return /^application\/json\b/i.test(headers['content-type'] ?? '')
}

/** @throws PVAE_INVALID_BODY */
function checkBody (body: unknown): SearchBody {
  if (bodySchema.Check(body)) return body
  const { field, expected: wanted, found } = deepestMismatch(bodySchema.Errors(body), body, 'the body')
  throw new InvalidBodyError(expected(wanted, field, found))
}

/**
 * Encodes the one image of a request, as those of the index were unless the query says otherwise. Returns [D].
 * @throws as readImages and ServedModel.run; PVAE_INFERENCE_FAILED
 */
async function encodeImage (
  request: FastifyRequest<{ Querystring: Static<typeof SearchQuerySchema> }>, model: ServedModel,
  { pictures }: IndexHeader, limits: Limits, cancellation: Cancellation
): Promise<Float32Array> {
  const { fit = pictures?.fit ?? 'fill', invert = pictures?.invert ?? false } = request.query
  const images = await readImages(request, { ...limits, imagesPerRequest: 1 })
  const { mean } = await model.run('encode', { images, fit, invert, maxPixels: limits.inputPixels }, cancellation)
  if (!mean.every(Number.isFinite)) throw new InferenceError('The encoder gave numbers that are not finite')
  return mean
}
