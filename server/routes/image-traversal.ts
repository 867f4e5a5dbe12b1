import { readImages } from '../plugins/uploads.js'
import { errorResponses } from '../schemas/common.js'
import { SingleImageBodySchema } from '../schemas/encode.js'
import { pictureResponse } from '../schemas/pictures.js'
import { ImageTraversalQuerySchema } from '../schemas/traversal.js'
import { choosePicture, toBuffer, zoomOf } from './pictures.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'
import { checkTraversal, movementOf } from './traversal.js'

/** Draws the latent space around an image, as one picture. Registered where bodies are images. */
export const imageTraversalRoutes: Routes = async (app, { models, limits }) => {
  for (const { path, params, pinned } of modelPaths('/traversal')) {
    app.post(path, {
      bodyLimit: limits.imageBytes,
      schema: {
        ...operation('traverseImage', pinned),
        summary: 'An image in, the traversal grid around its posterior mean out; the first column is the input',
        tags: ['inference'],
        params,
        querystring: ImageTraversalQuerySchema,
        body: SingleImageBodySchema,
        response: { 200: pictureResponse('The grid'), ...errorResponses(400, 404, 406, 413, 415, 500, 503, 504) },
      },
    }, async (request, reply) => {
      const { fit, invert, labels, ...query } = request.query
      const { card, run } = findModel(models, request.params)
      // Before the parameters, so that a body that is multipart is always read to its end.
      const images = await readImages(request, { ...limits, imagesPerRequest: 1 })
      const format = choosePicture(request)
      const zoom = zoomOf(card, query)
      const traversal = movementOf(query)
      const layout = checkTraversal(card, traversal, { labels, zoom, withInput: true }, limits)
      const { file } = await run(
        'imageTraversal',
        { images, fit, invert, maxPixels: limits.inputPixels, traversal, layout, zoom, format },
        reply.cancellation
      )
      return await reply.header('vary', 'accept').type(`image/${format}`).send(toBuffer(file))
    })
  }
}
