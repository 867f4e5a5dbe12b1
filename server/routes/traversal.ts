import {
  layOutTraversal,
  outlineTraversal,
  parseLatentText,
  planTraversal,
  samplePrior,
  type Card,
  type GridLayout,
  type TraversalOptions,
} from '@partition-vae/models'
import { expected, InvalidParameterError } from '../foundation/errors.js'
import type { Limits } from '../settings/limits.js'
import { errorResponses } from '../schemas/common.js'
import { pictureResponse } from '../schemas/pictures.js'
import { TraversalQuerySchema, type TraversalQuery } from '../schemas/traversal.js'
import { CACHING_HEADERS, isCurrent, NotModifiedSchema, pictureTag } from './caching.js'
import { checkGrid, checkLatents, choosePicture, toBuffer, zoomOf } from './pictures.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

function baseOf (card: Card, { latent, seed }: Pick<TraversalQuery, 'latent' | 'seed'>): Float32Array | undefined {
  if (latent !== undefined && seed !== undefined) {
    throw new InvalidParameterError(expected('latent or seed', 'the base', 'both'))
  }
  if (latent !== undefined) return parseLatentText(card, latent)
  return seed === undefined ? undefined : samplePrior(seed, card.latentSize)
}

type Movement = Pick<TraversalQuery, 'mode' | 'partition' | 'steps' | 'range' | 'from' | 'to'>

/** Takes from a query how to move, in the terms of models/. */
export function movementOf ({ mode, partition, steps, range, from, to }: Movement): Omit<TraversalOptions, 'base'> {
  return { mode, partitions: partition?.split(','), steps, range, from, to }
}

interface Look {
  readonly labels: boolean
  readonly zoom: number
  /** Whether each row begins with the image that the traversal is around. */
  readonly withInput: boolean
}

/**
 * Checks a traversal's parameters and size, before any latent of it is made.
 * @throws PVAE_OUTPUT_TOO_LARGE; ModelError PVAE_INVALID_PARAMETER
 */
export function checkTraversal (
  card: Card,
  options: TraversalOptions,
  { labels, zoom, withInput }: Look,
  limits: Limits
): GridLayout {
  const outline = outlineTraversal(card, options)
  const { rows, steps } = outline
  const layout = layOutTraversal(outline, { labels, withInput })
  checkLatents(rows.length * steps, card, limits)
  checkGrid(rows.length * layout.columns, card, { ...layout, zoom }, limits)
  return layout
}

/** Draws the latent space around a point, as one picture. */
export const traversalRoutes: Routes = async (app, { models, limits, answers }) => {
  for (const { path, params, pinned } of modelPaths('/traversal')) {
    app.get(
      path,
      {
        schema: {
          ...operation('traversal', pinned),
          summary: 'A grid of what each unit, or each partition, changes in the image',
          tags: ['inference'],
          params,
          querystring: TraversalQuerySchema,
          response: {
            200: pictureResponse('The grid', CACHING_HEADERS),
            304: NotModifiedSchema,
            ...errorResponses(400, 404, 406, 500, 503, 504),
          },
        },
      },
      async (request, reply) => {
        const { query } = request
        const { card, run } = findModel(models, request.params)
        const format = choosePicture(request)
        const zoom = zoomOf(card, query)
        const base = baseOf(card, query)
        const movement = { ...movementOf(query), base }
        const layout = checkTraversal(card, movement, { labels: query.labels, zoom, withInput: false }, limits)
        reply.header('vary', 'accept')
        const tag = pictureTag(card, 'traversal', {
          ...movementOf(query),
          base: base && Array.from(base),
          labels: query.labels,
          zoom,
          format,
        })
        if (isCurrent(request, reply, tag, pinned)) return await reply.code(304).send()
        const file = await answers.give(tag, reply.cancellation, async cancellation => {
          const { latents } = planTraversal(card, movement)
          return (await run('grid', { latents, layout, zoom, format }, cancellation)).file
        })
        return await reply.type(`image/${format}`).send(toBuffer(file))
      }
    )
  }
}
