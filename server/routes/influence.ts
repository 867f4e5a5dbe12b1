import { INFLUENCE_STEPS, layOutInfluence, parseLatentText } from '@partition-vae/models'
import { expected, OutputTooLargeError } from '../foundation/errors.js'
import { errorResponses } from '../schemas/common.js'
import { InfluenceQuerySchema, influenceResponse } from '../schemas/traversal.js'
import { CACHING_HEADERS, isCurrent, NotModifiedSchema, pictureTag } from './caching.js'
import { checkGrid, checkLatents, choosePictureOrRaw, describeTensor, toBuffer, zoomOf } from './pictures.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

/**
 * Draws where in the image each partition acts: one picture, light where it changes nothing, dark where it changes
 * most.
 */
export const influenceRoutes: Routes = async (app, { models, limits, answers }) => {
  for (const { path, params, pinned } of modelPaths('/influence')) {
    app.get(
      path,
      {
        schema: {
          ...operation('influence', pinned),
          summary:
            'For each partition, where in the image it acts: mean absolute change of each pixel over the traversals ' +
              'of its units',
          tags: ['inference'],
          params,
          querystring: InfluenceQuerySchema,
          response: {
            200: influenceResponse(CACHING_HEADERS),
            304: NotModifiedSchema,
            ...errorResponses(400, 404, 406, 500, 503, 504),
          },
        },
      },
      async (request, reply) => {
        const { query } = request
        const { card, run } = findModel(models, request.params)
        const { partitions, image } = card
        const format = choosePictureOrRaw(request)
        const raw = format === 'raw'
        const zoom = zoomOf(card, query)
        const latent =
          query.latent === undefined
            ? Float32Array.from(card.latentStatistics.mean)
            : parseLatentText(card, query.latent)
        const layout = layOutInfluence(card, query)
        checkGrid(partitions.length, card, { ...layout, zoom }, limits)
        // The picture is small; what is decoded for it is not.
        checkLatents(Math.max(...partitions.map(({ size }) => size)) * INFLUENCE_STEPS, card, limits)
        const decoded = card.latentSize * INFLUENCE_STEPS * image.height * image.width
        if (decoded > limits.outputPixels) {
          throw new OutputTooLargeError(
            expected(
              `at most ${limits.outputPixels} pixels`,
              'the images that are compared',
              `${decoded}: the model is too large for this route`
            )
          )
        }

        reply.header('vary', 'accept')
        const tag = pictureTag(card, 'influence', {
          latent: Array.from(latent),
          scale: query.scale,
          labels: query.labels,
          zoom,
          format,
        })
        if (isCurrent(request, reply, tag, pinned)) return await reply.code(304).send()
        const task = { latent, scale: query.scale, layout, zoom, format: raw ? 'png' : format, raw } as const
        const file = await answers.give(tag, reply.cancellation, async cancellation =>
          (await run('influence', task, cancellation)).file)
        if (!raw) return await reply.type(`image/${format}`).send(toBuffer(file))
        describeTensor(reply, 'FP32', [partitions.length, image.height, image.width])
        return await reply.type('application/octet-stream').send(toBuffer(file))
      }
    )
  }
}
