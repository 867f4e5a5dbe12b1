import { PIXEL_RULE } from '@partition-vae/models'
import type { ServedModel } from '../inference/served-model.js'
import { errorResponses, NoQuerySchema } from '../schemas/common.js'
import type { Indexes } from '../search/indexes.js'
import {
  ModelListSchema,
  ModelVersionsSchema,
  ServedCardSchema,
  type Links,
  type ModelSummary,
} from '../schemas/models.js'
import { CACHING_HEADERS, entityTag, isCurrent, NotModifiedSchema } from './caching.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

function summarise (served: readonly ServedModel[]): ModelSummary {
  const { name, version, description, image, latentSize, partitions } = served.at(-1)!.card
  return { name, version, versions: served.map(({ card }) => card.version), description, image, latentSize, partitions }
}

function linksOf ({ card, report }: ServedModel, indexes: Indexes | undefined): Links {
  const { name, version, files } = card
  const at = (path: string) => `v1/models/${name}/versions/${version}/${path}`
  return {
    ...files.layers && { layers: at('layers') },
    ...files.sample && { sample: at('sample'), sheet: at('sample/sheet') },
    ...report.includes('index.html') && { report: at('report/index.html') },
    ...report.includes('metrics.json') && { metrics: at('report/metrics.json') },
    ...indexes?.find(card) && { search: at('search') },
  }
}

/** A served version never changes but in whether it has an index: its tags are worked out once. */
const tags = new WeakMap<ServedModel, Map<boolean, string>>()

function tagOf (model: ServedModel, indexes: Indexes | undefined): string {
  const { card, executionProvider } = model
  const known = tags.get(model) ?? new Map<boolean, string>()
  tags.set(model, known)
  const links = linksOf(model, indexes)
  const tag = known.get('search' in links) ?? entityTag('card', card, executionProvider, PIXEL_RULE, links)
  known.set('search' in links, tag)
  return tag
}

export const modelRoutes: Routes = async (app, { models, indexes }) => {
  app.get(
    '/v1/models',
    {
      schema: {
        operationId: 'listModels',
        summary: 'The models that are served',
        tags: ['models'],
        querystring: NoQuerySchema,
        response: {
          200: { ...ModelListSchema, headers: CACHING_HEADERS },
          304: NotModifiedSchema,
          ...errorResponses(400),
        },
      },
    },
    async (request, reply) => {
      const list = models.list()
      if (
        isCurrent(
          request,
          reply,
          entityTag(
            'models',
            list.map(({ versions }) => versions.map(model => tagOf(model, indexes)))
          )
        )
      ) {
        return await reply.code(304).send()
      }
      return { models: list.map(({ versions }) => summarise(versions)) }
    }
  )

  app.get(
    '/v1/models/:name/versions',
    {
      schema: {
        operationId: 'listVersions',
        summary: 'The versions of a model that are served',
        tags: ['models'],
        params: modelPaths()[0].params,
        querystring: NoQuerySchema,
        response: {
          200: { ...ModelVersionsSchema, headers: CACHING_HEADERS },
          304: NotModifiedSchema,
          ...errorResponses(400, 404),
        },
      },
    },
    async (request, reply) => {
      const {
        card: { name, version },
      } = findModel(models, request.params)
      const { versions: served } = models.list().find(model => model.name === name)!
      const versions = served.map(({ card }) => card.version)
      if (isCurrent(request, reply, entityTag('versions', name, versions))) return await reply.code(304).send()
      return { name, version, versions }
    }
  )

  for (const { path, params, pinned } of modelPaths()) {
    app.get(
      path,
      {
        schema: {
          ...operation('getModel', pinned),
          summary: 'A model card',
          tags: ['models'],
          params,
          querystring: NoQuerySchema,
          response: {
            200: { ...ServedCardSchema, headers: CACHING_HEADERS },
            304: NotModifiedSchema,
            ...errorResponses(400, 404),
          },
        },
      },
      async (request, reply) => {
        const model = findModel(models, request.params)
        await indexes?.look()
        // Not immutable, even where the version is named: what runs it here may change.
        if (isCurrent(request, reply, tagOf(model, indexes))) return await reply.code(304).send()
        return {
          ...model.card,
          executionProvider: model.executionProvider,
          servedPixelRule: PIXEL_RULE,
          links: linksOf(model, indexes),
        }
      }
    )
  }
}
