import { readImages } from '../plugins/uploads.js'
import { errorResponses } from '../schemas/common.js'
import { ImageBodySchema, ReconstructQuerySchema } from '../schemas/encode.js'
import { filesResponse } from '../schemas/pictures.js'
import { checkOutput, chooseFiles, sendFiles } from './pictures.js'
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
          summary: 'Images in, their reconstructions out, and beside each what the model was given',
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
        const { fit, invert, input: withInput } = request.query
        checkOutput((withInput ? 2 : 1) * images.length * height * width, limits)
        const { files } = await model.run(
          'reconstruct',
          { images, fit, invert, maxPixels: limits.inputPixels, ...output, withInput },
          reply.cancellation
        )
        return await sendFiles(reply, type, files, model.card.image)
      }
    )
  }
}
