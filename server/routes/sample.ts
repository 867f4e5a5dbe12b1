import { expected, NoSampleError } from '../foundation/errors.js'
import { negotiate } from '../foundation/negotiate.js'
import type { ServedModel, ServedSample } from '../inference/served-model.js'
import { errorResponses, NoQuerySchema } from '../schemas/common.js'
import { SampleQuerySchema, sampleResponse, sheetResponse } from '../schemas/sample.js'
import { CACHING_HEADERS, entityTag, isCurrent, NotModifiedSchema } from './caching.js'
import { toBuffer } from './pictures.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

const TYPES = { raw: 'application/octet-stream', json: 'application/json' } as const

/** @throws PVAE_NO_SAMPLE for a model that was published without one */
function requireSample ({ card: { name, version }, sample }: ServedModel): ServedSample {
  if (sample !== undefined) return sample
  throw new NoSampleError(
    expected('a model with an encoded sample', 'the model', `${name}, version ${version}, which was published without`)
  )
}

/** The encoded sample of a model: images of its data as posterior means, what is known of them, and thumbnails. */
export const sampleRoutes: Routes = async (app, { models }) => {
  for (const { path, params, pinned } of modelPaths('/sample')) {
    app.get(path, {
      schema: {
        ...operation('sample', pinned),
        summary: 'Images of the data, encoded: posterior means, errors, classes, factors and thumbnails, as columns',
        tags: ['models'],
        params,
        querystring: SampleQuerySchema,
        response: {
          200: sampleResponse(CACHING_HEADERS),
          304: NotModifiedSchema,
          ...errorResponses(400, 404, 406),
        },
      },
    }, async (request, reply) => {
      const model = findModel(models, request.params)
      const { bytes, header } = requireSample(model)
      const { format } = request.query
      const type = format === undefined ? negotiate(request.headers.accept, Object.values(TYPES)) : TYPES[format]
      reply.header('vary', 'accept')
      const tag = entityTag('sample', model.card.files.sample!.sha256, type)
      if (isCurrent(request, reply, tag, pinned)) return await reply.code(304).send()
      return await reply.type(type).send(type === TYPES.json ? header : toBuffer(bytes))
    })
  }

  for (const { path, params, pinned } of modelPaths('/sample/sheet')) {
    app.get(path, {
      schema: {
        ...operation('sampleSheet', pinned),
        summary: 'The thumbnails of the sample, as one picture',
        tags: ['models'],
        params,
        querystring: NoQuerySchema,
        response: { 200: sheetResponse(CACHING_HEADERS), 304: NotModifiedSchema, ...errorResponses(400, 404) },
      },
    }, async (request, reply) => {
      const model = findModel(models, request.params)
      const { bytes, header: { sheet } } = requireSample(model)
      const tag = entityTag('sheet', model.card.files.sample!.sha256)
      if (isCurrent(request, reply, tag, pinned)) return await reply.code(304).send()
      return await reply.type(sheet.type).send(toBuffer(bytes.subarray(sheet.offset, sheet.offset + sheet.bytes)))
    })
  }
}
