import { createHash } from 'node:crypto'
import { Type } from '@partition-vae/models/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { DRAWING_VERSION, type Card } from '@partition-vae/models'

/** Part of every picture's tag: raise it when the same pixels give another file (format, compression). */
const ENCODING_VERSION = 2

/** A strong ETag: the same for the same identity, another for any other. */
export function entityTag (...identity: unknown[]): string {
  return `"${createHash('sha256').update(JSON.stringify(identity)).digest('base64url')}"`
}

/** Computes the tag of a picture, from the model's graphs, what it shows, and a query with everything filled in. */
export function pictureTag ({ name, version, files, partitions }: Card, kind: string, query: object): string {
  return entityTag(
    DRAWING_VERSION,
    ENCODING_VERSION,
    kind,
    name,
    version,
    files.encoder.sha256,
    files.decoder.sha256,
    partitions,
    query
  )
}

/** If-None-Match, compared weakly. RFC 9110, 13.1.2. */
function matches (header: string | undefined, tag: string): boolean {
  return (
    header?.split(',').some(candidate => candidate.trim() === '*' || candidate.trim().replace(/^W\//, '') === tag) ??
    false
  )
}

/**
 * Sets the validator and says whether the client has this answer already: then answer 304, before anything is computed.
 * @param immutable the same URL will always give this: a version never changes; which one is the default may, and a
 * list may
 */
export function isCurrent (request: FastifyRequest, reply: FastifyReply, tag: string, immutable = false): boolean {
  // Public unless it was asked for with a key: see `keepPrivate`.
  reply.header('etag', tag).header('cache-control', `public, ${immutable ? 'max-age=31536000, immutable' : 'no-cache'}`)
  return matches(request.headers['if-none-match'], tag)
}

/** The response of `isCurrent`, for a route's schema. */
export const NotModifiedSchema = Type.Unsafe<undefined>({
  type: 'null',
  description: 'What `If-None-Match` names is still the right answer',
})

/** The headers of a response that has a validator, for a route's schema. */
export const CACHING_HEADERS = {
  etag: { type: 'string', description: 'Send it back as `If-None-Match`: 304 if nothing has changed' },
  'cache-control': { type: 'string' },
} as const
