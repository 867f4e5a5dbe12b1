import { errorResponses } from '../schemas/common.js'
import { ModelListSchema, ServedCardSchema, type ModelSummary } from '../schemas/models.js'
import type { ServedModel } from '../inference/registry.js'
import { findModel, modelPaths, operation, type Routes } from './service.js'

function summarise (served: readonly ServedModel[]): ModelSummary {
  const { name, version, description, image, latentSize, partitions } = served.at(-1)!.card
  return { name, version, versions: served.map(({ card }) => card.version), description, image, latentSize, partitions }
}

export const modelRoutes: Routes = async (app, { models }) => {
  app.get('/v1/models', {
    schema: { operationId: 'listModels', summary: 'The models that are served', tags: ['models'], response: { 200: ModelListSchema } },
  }, async () => ({ models: models.list().map(({ versions }) => summarise(versions)) }))

  for (const { path, params, pinned } of modelPaths()) {
    app.get(path, {
      schema: {
        ...operation('getModel', pinned),
        summary: 'A model card',
        tags: ['models'],
        params,
        response: { 200: ServedCardSchema, ...errorResponses(400, 404) },
      },
    }, async request => {
      const { card, executionProvider } = findModel(models, request.params)
      return { ...card, executionProvider }
    })
  }
}
