import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import type { ModelRegistry } from '../inference/registry.js'
import { addExamples, type ApiDocument } from '../schemas/examples.js'
import type { Indexes } from '../search/indexes.js'

interface QuerySchema {
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, object>>
}

/** To validation a parameter with a default is always there; to a client it is optional. */
function optionalWhereDefaulted (query: QuerySchema): QuerySchema {
  const { required = [], properties = {} } = query
  return { ...query, required: required.filter(name => !('default' in properties[name]!)) }
}

/** The rest of a path, `*` to the router, has a name in the document: `file`. */
function withNamedRest<S extends { params?: unknown }> (route: { schema: S; url: string }): { schema: S; url: string } {
  const { schema, url } = route
  if (!url.endsWith('/*') || schema?.params === undefined) return route
  const { properties: { '*': rest, ...named }, ...params } = schema.params as { properties: Record<string, object> }
  const properties = { ...named, file: rest }
  return {
    schema: { ...schema, params: { ...params, required: Object.keys(properties), properties } },
    url: `${url.slice(0, -1)}:file`,
  }
}

/**
 * Collects the schemas of the routes that are registered after it into an OpenAPI 3.1 document, with examples of the
 * models that are served.
 */
export async function describeApi (
  app: FastifyInstance, version: string, models: ModelRegistry, indexes?: Pick<Indexes, 'find'>
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'PartitionVAE',
        version,
        description:
          'Images in, partition latents out, and back. Errors are `{statusCode, code, error, message}` with a ' +
          'stable `code`; under `/v2`, `{error}`. ' +
          'Bodies are not compressed: another `Content-Encoding` than `identity` is 415.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      // Where the document is.
      servers: [{ url: '/' }],
      tags: [
        { name: 'models', description: 'What is served' },
        { name: 'inference', description: 'Encode, decode, look around' },
        {
          name: 'open inference',
          description: 'The Open Inference Protocol (KServe V2, Triton): tensors, as JSON or binary',
        },
        { name: 'operations', description: 'Health and metrics' },
      ],
    },
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, i) => (typeof $id === 'string' ? $id : `schema-${i}`),
    },
    transform: ({ schema: given, url: pattern }) => {
      const { schema, url } = withNamedRest({ schema: given, url: pattern })
      const querystring = schema?.querystring as QuerySchema | undefined
      if (querystring === undefined) return { schema, url }
      return { schema: { ...schema, querystring: optionalWhereDefaulted(querystring) }, url }
    },
    transformObject: document => {
      if (!('openapiObject' in document)) return document.swaggerObject
      return addExamples(
        document.openapiObject as ApiDocument,
        models.list().map(({ versions }) => versions.at(-1)!).map(({ card, report }) =>
          ({ card, report, indexed: indexes?.find(card) !== undefined }))
      ) as typeof document.openapiObject
    },
  })
}
