import { Type } from '@partition-vae/models/typebox'

/**
 * The bytes of a file, as a body or a part of one. JSON Schema says it with `contentMediaType`; generators of clients
 * know `format`.
 */
export const FileSchema = Type.Unsafe<Buffer>({
  type: 'string',
  format: 'binary',
  contentMediaType: 'application/octet-stream',
})

/** The query of a route that takes no query parameters: a misspelt or misplaced one is refused, not ignored. */
export const NoQuerySchema = Type.Object({}, { additionalProperties: false })

/** The body of every error outside the inference protocol. */
export const ErrorSchema = Type.Object({
  statusCode: Type.Integer(),
  code: Type.String({ description: 'Stable, for programs', examples: ['PVAE_IMAGE_INVALID'] }),
  error: Type.String({ description: 'The status in words' }),
  message: Type.String({ description: 'For people: the field, what was expected and what was received' }),
}, { $id: 'Error' })

/** The error responses of a route, for its schema. */
export function errorResponses (...statuses: number[]): Record<number, { $ref: string }> {
  return Object.fromEntries(statuses.map(status => [status, { $ref: 'Error#' }]))
}

export const ModelParamsSchema = Type.Object({
  name: Type.String({ description: 'Model name' }),
})
/** Of the routes under `/versions/:version`. */
export const VersionParamsSchema = Type.Object({
  name: Type.String({ description: 'Model name' }),
  version: Type.Integer({ minimum: 1, description: 'Version' }),
})

export const ModelIdentitySchema = Type.Object({ name: Type.String(), version: Type.Integer() })
