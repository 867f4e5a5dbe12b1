import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'
import { addVary } from '../plugins/cache-scope.js'
import { entityTag, isCurrent } from './caching.js'

/**
 * For the explorer: its own files, what it asks of this service, pictures that it makes, reports in frames, and
 * WebAssembly; no inline script or style, and no other host.
 */
const EXPLORER_POLICY = [
  'default-src \'self\'', 'base-uri \'self\'', 'form-action \'none\'', 'frame-ancestors \'self\'',
  'object-src \'none\'', 'script-src \'self\' \'wasm-unsafe-eval\'', 'style-src \'self\'',
  'img-src \'self\' data: blob:', 'media-src \'self\' blob:', 'worker-src \'self\' blob:', 'frame-src \'self\' blob:',
].join('; ')

/** Names that say what is in the file: other contents have another name. */
const HASHED = /-[\w-]{8,}\.\w+(\.map)?$/
const FOREVER = 'public, max-age=31536000, immutable'

export interface ExplorerOptions {
  /** The built files: `index.html`, and all others below `explorer/`. Absent: `/` leads to the API's page. */
  readonly folder?: string | undefined
}

/**
 * The page at `/`, and its files below `/explorer/`. The page names them by relative paths (`./explorer/…`), so that it
 * works wherever a proxy offers it.
 */
export const explorerRoutes: FastifyPluginAsync<ExplorerOptions> = async (app, { folder }) => {
  if (folder === undefined) {
    app.get('/', { schema: { hide: true } }, async (_request, reply) => await reply.redirect('/docs'))
    return
  }

  app.get('/', { schema: { hide: true } }, async (request, reply) => {
    const page = await readFile(join(folder, 'index.html'), 'utf8')
    const { forwardedPrefix: prefix } = request
    // Without a slash at its end the address of the page would be taken for a file's: what is relative went astray.
    const html = prefix === '' ? page : page.replace(/<head>/i, head => `${head}<base href="${prefix}/">`)
    addVary(reply, 'X-Forwarded-Prefix')
    reply.header('content-security-policy', EXPLORER_POLICY)
    if (isCurrent(request, reply, entityTag('explorer', html))) return await reply.code(304).send()
    return await reply.type('text/html; charset=utf-8').send(html)
  })

  await app.register(staticFiles, {
    root: join(folder, 'explorer'),
    prefix: '/explorer/',
    decorateReply: false,
    index: false,
    dotfiles: 'ignore',
    preCompressed: true,
    cacheControl: false,
    schemaHide: true,
    setHeaders (reply, path) {
      // Of a worker it is its own policy that holds.
      reply.header('content-security-policy', EXPLORER_POLICY)
      reply.header('cache-control', HASHED.test(path.replace(/\.(br|gz)$/, '')) ? FOREVER : 'public, no-cache')
    },
  })
}
