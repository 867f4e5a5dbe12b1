import { parseLatents } from '@partition-vae/models'
import { errorResponses } from '../schemas/common.js'
import { decodeBodySchema } from '../schemas/decode.js'
import { FilesQuerySchema, filesResponse } from '../schemas/pictures.js'
import { checkOutput, chooseFiles, sendFiles } from './pictures.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

/** Latents → images. */
export const decodeRoutes: Routes = async (app, { models, limits }) => {
  for (const { path, params, pinned } of modelPaths('/decode')) {
    app.post(path, {
      bodyLimit: limits.jsonBytes,
      schema: {
        ...operation('decode', pinned),
        summary: 'Latents in, images out',
        tags: ['inference'],
        params,
        querystring: FilesQuerySchema,
        body: decodeBodySchema(limits.latentsPerRequest),
        response: { 200: filesResponse('The images'), ...errorResponses(400, 404, 406, 413, 415, 500, 503, 504) },
      },
    }, async (request, reply) => {
      const model = findModel(models, request.params)
      const inputs = request.body.latents
      const { type, output } = chooseFiles(request)
      const { height, width } = model.card.image
      checkOutput(inputs.length * height * width, limits)
      const { files } = await model.run(
        'decode',
        { latents: parseLatents(model.card, inputs), ...output },
        reply.cancellation
      )
      return await sendFiles(reply, type, files, model.card.image)
    })
  }
}
