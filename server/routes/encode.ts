import { describePosterior } from './posterior.js'
import { readImages } from '../plugins/uploads.js'
import { errorResponses } from '../schemas/common.js'
import { EncodeResponseSchema, ImageBodySchema, ImageQuerySchema } from '../schemas/encode.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

/** Images → posteriors. Registered where bodies are images. */
export const encodeRoutes: Routes = async (app, { models, limits }) => {
  for (const { path, params, pinned } of modelPaths('/encode')) {
    app.post(path, {
      bodyLimit: limits.imageBytes,
      schema: {
        ...operation('encode', pinned),
        summary: 'Images in, the latent of each out, by partition',
        tags: ['inference'],
        params,
        querystring: ImageQuerySchema,
        body: ImageBodySchema,
        response: { 200: EncodeResponseSchema, ...errorResponses(400, 404, 413, 415, 500, 503, 504) },
      },
    }, async (request, reply) => {
      const model = findModel(models, request.params)
      const images = await readImages(request, limits)
      const { mean, logVariance } = await model.run(
        'encode',
        { images, ...request.query, maxPixels: limits.inputPixels },
        reply.cancellation
      )
      const { name, version } = model.card
      return { model: { name, version }, encodings: describePosterior(model.card, mean, logVariance) }
    })
  }
}
