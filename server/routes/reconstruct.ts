import { readImages } from '../plugins/uploads.js'
import { errorResponses } from '../schemas/common.js'
import { ImageBodySchema, ReconstructQuerySchema } from '../schemas/encode.js'
import { filesResponse } from '../schemas/pictures.js'
import { checkOutput, chooseFiles, presentFiles } from './pictures.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

/**
 * Images → what the model makes of them: the decoder's answer to each posterior mean. Registered where bodies are
 * images.
 */
export const reconstructRoutes: Routes = async (app, { models, limits }) => {
  for (const { path, params, pinned } of modelPaths('/reconstruct')) {
    app.post(
      path,
      {
        bodyLimit: limits.imageBytes,
        schema: {
          ...operation('reconstruct', pinned),
          summary: 'Images in, their reconstructions out',
          tags: ['inference'],
          params,
          querystring: ReconstructQuerySchema,
          body: ImageBodySchema,
          response: {
            200: filesResponse('The reconstructions'),
            ...errorResponses(400, 404, 406, 413, 415, 500, 503, 504),
          },
        },
      },
      async (request, reply) => {
        const model = findModel(models, request.params)
        const images = await readImages(request, limits)
        const { type, output } = chooseFiles(request)
        const { height, width } = model.card.image
        checkOutput(images.length * height * width, limits)
        const { fit, invert } = request.query
        const { files } = await model.run(
          'reconstruct',
          { images, fit, invert, maxPixels: limits.inputPixels, ...output },
          reply.cancellation
        )
        return await reply.header('vary', 'accept').type(type).send(presentFiles(type, files))
      }
    )
  }
}
