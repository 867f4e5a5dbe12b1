import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { expected, UnauthorizedError } from '../foundation/errors.js'

/**
 * Time between two looks at the file's times. Events would not do: they miss files that are replaced, as secrets in
 * containers are. Milliseconds.
 */
const LOOK_EVERY = 1000
/** Printable, no spaces: what fits into a header. Shorter ones can be guessed. */
const KEY = /^[\x21-\x7e]{16,512}$/

const hash = (key: string): Buffer => createHash('sha256').update(key).digest()

/**
 * The keys of a file: one a line; empty lines and those that begin with # do not count. Their hashes, so that no key
 * stays in memory.
 * @throws Error naming the line, never its contents
 */
export function readKeys (path: string): Buffer[] {
  const lines = readFileSync(path, 'utf8').split(/\r?\n/).map(line => line.trim())
  const hashes = lines.flatMap((line, i) => {
    if (line === '' || line.startsWith('#')) return []
    if (!KEY.test(line)) {
      throw new Error(
        expected(
          '16 to 512 printable characters without spaces',
          `line ${i + 1} of ${path}`,
          `${line.length} that are not`
        )
      )
    }
    return [hash(line)]
  })
  if (hashes.length === 0) throw new Error(expected('at least one key', path, 'none'))
  return hashes
}

/** In the same time whichever key it is, and how much of it is right: hashes have one length, and all are compared. */
function isKnown (hashes: readonly Buffer[], key: string): boolean {
  const candidate = hash(key)
  return hashes.reduce((known, known1) => timingSafeEqual(known1, candidate) || known, false)
}

/** `Authorization: Bearer KEY` or `X-API-Key: KEY`. */
function keyOf ({ authorization, 'x-api-key': apiKey }: IncomingHttpHeaders): string | undefined {
  if (typeof apiKey === 'string') return apiKey
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
}

/**
 * The keys of a file that may change: keys come and go without a restart. A file that can't be used changes nothing.
 */
function followKeys (path: string, log: FastifyBaseLogger, lookEvery: number) {
  let hashes = readKeys(path)
  const reread = () => {
    try {
      hashes = readKeys(path)
      log.info({ keys: hashes.length }, 'API keys read')
    } catch (error) {
      log.error({ reason: (error as Error).message }, 'the API keys can not be read: those from before stay valid')
    }
  }
  watchFile(path, { persistent: false, interval: lookEvery }, reread)
  return { known: (key: string) => isKnown(hashes, key), close: () => unwatchFile(path, reread) }
}

export interface ApiKeyOptions {
  readonly file: string
  /** Tells whether a route, by its pattern, is open to everybody. `undefined` stands for no such route. */
  readonly isOpen: (route: string | undefined) => boolean
  readonly lookEvery?: number
}

/**
 * From now on requests need a key.
 * @throws Error if the file can't be read or holds none
 */
export function requireKeys (app: FastifyInstance, { file, isOpen, lookEvery = LOOK_EVERY }: ApiKeyOptions): void {
  const keys = followKeys(file, app.log, lookEvery)
  app.addHook('onClose', async () => keys.close())
  app.addHook('onRequest', (request, reply, done) => {
    const key = keyOf(request.headers)
    if (isOpen(request.routeOptions.url) || (key !== undefined && keys.known(key))) return done()
    reply.header('www-authenticate', 'Bearer')
    done(
      new UnauthorizedError(
        expected('a valid API key', 'Authorization (Bearer) or X-API-Key', key === undefined ? 'none' : 'another')
      )
    )
  })
}
