import { choosePartitions, parseLatents, type Card } from '@partition-vae/models'
import { expected, NoLayersError, OutputTooLargeError } from '../foundation/errors.js'
import type { LayersResult } from '../inference/tasks.js'
import { errorResponses } from '../schemas/common.js'
import { decodeBodySchema } from '../schemas/decode.js'
import { LAYERS_ANSWER, LayersQuerySchema, type Layer } from '../schemas/layers.js'
import type { Limits } from '../settings/limits.js'
import { checkOutput, chooseFiles, describeTensor, toBuffer, toDataUrl } from './pictures.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

/** Red, green, blue and alpha, float32. */
const PIXEL_BYTES = 16

/** @throws PVAE_NO_LAYERS for a model that draws all partitions together */
function requireLayers ({ name, version, files }: Card): void {
  if (files.layers !== undefined) return
  throw new NoLayersError(
    expected(
      'a model that draws its partitions apart',
      'the model',
      `${name}, version ${version}, which draws all of them together`
    )
  )
}

/** The graph draws all layers, whichever are wanted. @throws PVAE_OUTPUT_TOO_LARGE */
function checkSize (count: number, { image: { height, width }, partitions }: Card, limits: Limits): void {
  const pixels = count * partitions.length * height * width
  checkOutput(pixels, limits)
  if (pixels * PIXEL_BYTES > limits.requestBytes) {
    throw new OutputTooLargeError(
      expected(`at most ${limits.requestBytes} bytes`, 'the layers', `a request for ${pixels * PIXEL_BYTES}`)
    )
  }
}

function describeLayers ({ partitions, gain, factors, files }: LayersResult): Layer[][] {
  return Array.from({ length: factors.length / 3 }, (_, n) =>
    partitions.map((partition, i) =>
      partition === gain
        ? { partition, gain: Array.from(factors.subarray(n * 3, n * 3 + 3)) }
        : { partition, image: toDataUrl(files[n * partitions.length + i]!) }
    )
  )
}

/** Latents → what each partition draws, apart from the others. */
export const layersRoutes: Routes = async (app, { models, limits }) => {
  for (const { path, params, pinned } of modelPaths('/layers')) {
    app.post(path, {
      bodyLimit: limits.jsonBytes,
      schema: {
        ...operation('layers', pinned),
        summary: 'Latents in, for each the layers of its image out: what each partition draws, with alpha',
        tags: ['inference'],
        params,
        querystring: LayersQuerySchema,
        body: decodeBodySchema(limits.latentsPerRequest),
        response: { 200: LAYERS_ANSWER, ...errorResponses(400, 404, 406, 413, 415, 500, 503, 504) },
      },
    }, async (request, reply) => {
      const { card, run } = findModel(models, request.params)
      requireLayers(card)
      const { partition, alpha, light, datatype } = request.query
      const { type, output } = chooseFiles(request)
      const partitions = choosePartitions(card, partition?.split(',')).map(({ name }) => name)
      const inputs = request.body.latents
      checkSize(inputs.length, card, limits)
      const latents = parseLatents(card, inputs)
      const result = await run(
        'layers',
        { latents, ...output, datatype, partitions, alpha, light },
        reply.cancellation
      )
      reply.header('vary', 'accept').header('layer-partitions', result.partitions.join(',')).type(type)
      if (type === 'application/json') return await reply.send({ layers: describeLayers(result) })
      if (type === 'application/octet-stream') {
        const { height, width } = card.image
        describeTensor(reply, datatype, [inputs.length, partitions.length, height, width, 4])
      }
      return await reply.send(toBuffer(result.files[0]!))
    })
  }
}
