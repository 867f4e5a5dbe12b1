import { createModel, type Model } from './model.js'
import type { operations } from './openapi.js'
import { createTransport, type ClientOptions, type RequestOptions } from './transport.js'

export type ModelSummary = operations['listModels']['responses'][200]['content']['application/json']['models'][number]

/** A service of models. */
export interface Client {
  /** Lists the models that are served. @throws ServiceError */
  models (options?: RequestOptions): Promise<ModelSummary[]>
  /** Speaks of one model; nothing is asked of the service yet. Default: its highest version, at each request anew. */
  model (name: string, options?: { readonly version?: number | undefined }): Model
}

/** Makes a client. @throws TypeError for an address that nothing can be relative to */
export function createClient (options: ClientOptions): Client {
  const transport = createTransport(options)
  return {
    async models ({ signal } = {}) {
      const answer = transport.api.GET('/v1/models', { signal: signal ?? null })
      return (await transport.ask(answer, { signal })).data.models
    },
    model: (name, { version } = {}) => createModel(transport, name, version),
  }
}
