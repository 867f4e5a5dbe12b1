import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Answers } from '../foundation/answers.js'
import type { ModelRegistry } from '../inference/registry.js'
import type { ServedModel } from '../inference/served-model.js'
import type { Indexes } from '../search/indexes.js'
import type { Limits } from '../settings/limits.js'
import { ModelParamsSchema, VersionParamsSchema } from '../schemas/common.js'

/** The dependencies that every route is given: passed as options, never reached for. */
export interface RouteDependencies {
  readonly models: ModelRegistry
  readonly limits: Limits
  /** Of pictures that depend on nothing but their tag. */
  readonly answers: Answers
  /** Undefined: this service has none. */
  readonly indexes?: Indexes | undefined
}

export type Routes = FastifyPluginAsyncTypebox<RouteDependencies>

/** Every route of a model exists twice: for the version that is served by default, and for one that is named. */
export function modelPaths (suffix = '') {
  return [
    { path: `/v1/models/:name${suffix}`, params: ModelParamsSchema, pinned: false },
    { path: `/v1/models/:name/versions/:version${suffix}`, params: VersionParamsSchema, pinned: true },
  ] as const
}

/** @throws PVAE_MODEL_NOT_FOUND, PVAE_VERSION_NOT_FOUND */
export function findModel (
  models: ModelRegistry,
  { name, version }: { readonly name: string; readonly version?: number }
): ServedModel {
  return models.get(name, version)
}

/** `encode` and `encodeVersion`: generated clients name their methods by these. */
export function operation (id: string, pinned: boolean): { operationId: string } {
  return { operationId: pinned ? `${id}Version` : id }
}
