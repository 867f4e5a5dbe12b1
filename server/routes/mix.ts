import { layOutMix, type Card } from '@partition-vae/models'
import { expected, ImageMissingError, InvalidParameterError } from '../foundation/errors.js'
import { readImages } from '../plugins/uploads.js'
import { errorResponses } from '../schemas/common.js'
import { ImagePairBodySchema, MixQuerySchema } from '../schemas/mix.js'
import { filesResponse } from '../schemas/pictures.js'
import { checkGrid, checkLatents, chooseFiles, sendFiles, zoomOf } from './pictures.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

/**
 * Which partitions each column takes from the second image: those that are named together, or each alone. @throws
 * PVAE_INVALID_PARAMETER
 */
function parseTake ({ partitions }: Card, take: string | undefined): string[][] {
  if (take === undefined) return partitions.map(({ name }) => [name])
  const known = partitions.map(({ name }) => name)
  const names = take.split(',')
  for (const [i, name] of names.entries()) {
    if (!known.includes(name)) {
      throw new InvalidParameterError(expected(`one of ${known.join(', ')}`, 'take', JSON.stringify(name)))
    }
    if (names.indexOf(name) < i) {
      throw new InvalidParameterError(expected('each name once', 'take', JSON.stringify(name)))
    }
  }
  return [names]
}

/**
 * Two images, and the first with partitions of the second: what a partition holds is what changes. Registered where
 * bodies are images.
 */
export const mixRoutes: Routes = async (app, { models, limits }) => {
  for (const { path, params, pinned } of modelPaths('/mix')) {
    app.post(
      path,
      {
        schema: {
          ...operation('mix', pinned),
          summary: 'Two images A and B in; A, B, and A with partitions taken from B out',
          tags: ['inference'],
          params,
          querystring: MixQuerySchema,
          body: ImagePairBodySchema,
          response: {
            200: filesResponse('A, B and the mixtures'),
            ...errorResponses(400, 404, 406, 413, 415, 500, 503, 504),
          },
        },
      },
      async (request, reply) => {
        const { fit, invert, take, labels } = request.query
        const { card, run } = findModel(models, request.params)
        const images = await readImages(request, { ...limits, imagesPerRequest: 2 })
        if (images.length < 2) {
          throw new ImageMissingError(
            expected('two images, as multipart/form-data with two file parts named image', 'the body', 'one')
          )
        }
        const { type, output } = chooseFiles(request)
        const takes = parseTake(card, take)
        const zoom = zoomOf(card, request.query)
        const layout = layOutMix(card, takes, { labels })
        checkLatents(takes.length, card, limits)
        checkGrid(layout.columns, card, { ...layout, zoom }, limits)
        const { files } = await run(
          'mix',
          { images, fit, invert, maxPixels: limits.inputPixels, takes, layout, zoom, ...output },
          reply.cancellation
        )
        return await sendFiles(reply, type, files, card.image)
      }
    )
  }
}
