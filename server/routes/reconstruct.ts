import { readImages } from '../plugins/uploads.js'
import { errorResponses } from '../schemas/common.js'
import { PicturesSchema } from '../schemas/decode.js'
import { ImageBodySchema, ImageQuerySchema } from '../schemas/encode.js'
import { chooseOutput, presentFiles } from './pictures.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

/** Images → what the model makes of them: the decoder's answer to each posterior mean. Registered where bodies are images. */
export const reconstructRoutes: Routes = async (app, { models, limits }) => {
  for (const { path, params, pinned } of modelPaths('/reconstruct')) {
    app.post(path, {
      bodyLimit: limits.imageBytes,
      schema: {
        ...operation('reconstruct', pinned),
        summary: 'Images in, their reconstructions out',
        tags: ['inference'],
        params,
        querystring: ImageQuerySchema,
        body: ImageBodySchema,
        response: { 200: PicturesSchema, ...errorResponses(400, 404, 406, 413, 415, 500, 503) },
      },
    }, async (request, reply) => {
      const model = findModel(models, request.params)
      const images = await readImages(request, limits)
      const { type, output } = chooseOutput(request.headers.accept, images.length, model.card, limits)
      const { files } = await model.run('reconstruct', { images, ...request.query, maxPixels: limits.inputPixels, ...output })
      return await reply.header('vary', 'accept').type(type).send(presentFiles(type, files))
    })
  }
}
