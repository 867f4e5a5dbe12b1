import type { AppOptions } from './app.js'
import { findExplorer } from './foundation/built-files.js'
import { readVersion } from './foundation/version.js'
import type { Config } from './settings/config.js'
import { placeOptions } from './settings/options.js'

/** Returns the settings that are the app's, as it takes them, with this service's version, pages and way to log. */
export function appOptions (config: Config): AppOptions {
  const { logger, ...options } = placeOptions(config)
  return { ...options, logger: logOptions(logger.level), version: readVersion(), explorer: findExplorer() }
}

/**
 * The headers that are never written, should anybody ever log a request's headers: keys. Images and latents are not
 * logged anywhere.
 */
const SECRETS = ['authorization', 'cookie', '["x-api-key"]']

/** pino's options: JSON lines, with a request id on those of a request. */
export function logOptions (level: string) {
  const paths = ['headers', 'req.headers', 'request.headers', 'err.headers'].flatMap(owner =>
    SECRETS.map(name => (name.startsWith('[') ? owner + name : `${owner}.${name}`))
  )
  return { level, redact: { paths, censor: '[redacted]' } }
}
