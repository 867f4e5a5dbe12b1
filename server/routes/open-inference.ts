import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BodyTooLargeError, expected } from '../foundation/errors.js'
import { describeGraph, findGraph } from '../open-inference/graphs.js'
import { parseInference } from '../open-inference/request.js'
import { presentInference } from '../open-inference/response.js'
import { skipBodyValidation } from '../plugins/validation.js'
import {
  GraphParamsSchema,
  GraphVersionParamsSchema,
  INFER_ANSWER,
  InferBodySchema,
  InferHeadersSchema,
  ModelMetadataSchema,
  ModelReadySchema,
  protocolErrors,
  ServerMetadataSchema,
} from '../schemas/open-inference.js'
import { CACHING_HEADERS, entityTag, isCurrent, NotModifiedSchema } from './caching.js'
import { operation, type RouteDependencies } from './service.js'

export interface OpenInferenceOptions extends RouteDependencies {
  /** The version of the service. */
  readonly version: string
}

function graphPaths (suffix = '') {
  return [
    { path: `/v2/models/:model${suffix}`, params: GraphParamsSchema, pinned: false },
    { path: `/v2/models/:model/versions/:version${suffix}`, params: GraphVersionParamsSchema, pinned: true },
  ] as const
}

/**
 * The Open Inference Protocol (KServe V2), with the binary tensor extension: each graph of a model is a model of its
 * own. https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol
 */
export const openInferenceRoutes: FastifyPluginAsyncTypebox<OpenInferenceOptions> = async (
  app,
  { models, limits, version }
) => {
  const server = { name: 'partition-vae', version, extensions: ['binary_tensor_data'] }
  app.get(
    '/v2',
    {
      schema: {
        operationId: 'serverMetadata',
        summary: 'What this server is',
        tags: ['open inference'],
        response: { 200: { ...ServerMetadataSchema, headers: CACHING_HEADERS }, 304: NotModifiedSchema },
      },
    },
    async (request, reply) => {
      if (isCurrent(request, reply, entityTag(server))) return await reply.code(304).send()
      return server
    }
  )

  for (const { path, params, pinned } of graphPaths()) {
    app.get(
      path,
      {
        schema: {
          ...operation('modelMetadata', pinned),
          summary: 'Inputs and outputs of a graph',
          tags: ['open inference'],
          params,
          response: {
            200: { ...ModelMetadataSchema, headers: CACHING_HEADERS },
            304: NotModifiedSchema,
            ...protocolErrors(400, 404),
          },
        },
      },
      async (request, reply) => {
        const served = findGraph(models, request.params)
        const { name } = served.model.card
        const { versions } = models.list().find(model => model.name === name)!
        const metadata = describeGraph(
          served,
          versions.map(({ card }) => card.version)
        )
        if (isCurrent(request, reply, entityTag(metadata))) return await reply.code(304).send()
        return metadata
      }
    )
  }

  for (const { path, params, pinned } of graphPaths('/ready')) {
    app.get(
      path,
      {
        logLevel: 'warn', // probes would fill the log
        schema: {
          ...operation('modelReady', pinned),
          summary: 'A graph is loaded and proven, and the service is not draining',
          tags: ['open inference'],
          params,
          response: { 200: ModelReadySchema, 503: ModelReadySchema, ...protocolErrors(400, 404) },
        },
      },
      async (request, reply) => {
        const { name } = findGraph(models, request.params)
        return await reply.code(models.ready ? 200 : 503).send({ name, ready: models.ready })
      }
    )
  }

  await app.register(async scope => {
    skipBodyValidation(scope)
    scope.removeAllContentTypeParsers()
    // Whatever it is called: clients of the protocol send none, application/json or application/octet-stream, and the
    // length header decides.
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body)
    scope.addHook('onRequest', async ({ headers }) => {
      // Before it is read. What does not say its length is refused when it has been read.
      const length = Number(headers['content-length'] ?? 0)
      const most = headers['inference-header-content-length'] === undefined ? limits.jsonBytes : limits.requestBytes
      if (length > most) throw new BodyTooLargeError(expected(`at most ${most} bytes`, 'the body', `${length} bytes`))
    })
    await scope.register(inferRoutes, { models, limits })
  })
}

type InferDependencies = Pick<RouteDependencies, 'models' | 'limits'>

const inferRoutes: FastifyPluginAsyncTypebox<InferDependencies> = async (app, { models, limits }) => {
  for (const { path, params, pinned } of graphPaths('/infer')) {
    app.post(path, {
      bodyLimit: limits.requestBytes,
      schema: {
        ...operation('infer', pinned),
        summary: 'Tensors in, tensors out, as JSON or binary',
        tags: ['open inference'],
        params,
        headers: InferHeadersSchema,
        body: InferBodySchema,
        response: { 200: INFER_ANSWER, ...protocolErrors(400, 404, 413, 415, 500, 503, 504) },
      },
    }, async (request, reply) => {
      const served = findGraph(models, request.params)
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array(0)
      const inference = parseInference(body, request.headers['inference-header-content-length'], served, limits)
      const { graph, model } = served
      const { outputs } = await model.run(
        'infer',
        { graph, input: inference.input, rows: inference.rows },
        reply.cancellation
      )
      const answer = presentInference(served, inference, outputs)
      if (answer.jsonLength === undefined) return await reply.type('application/json; charset=utf-8').send(answer.body)
      return await reply
        .type('application/octet-stream')
        .header('inference-header-content-length', answer.jsonLength)
        .send(answer.body)
    })
  }
}
