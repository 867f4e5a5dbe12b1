import type { AppOptions } from './app.js'
import { readVersion } from './foundation/version.js'
import { logOptions } from './plugins/logging.js'
import type { Config } from './settings/config.js'
import { placeOptions } from './settings/options.js'

/** Returns the settings that are the app's, as it takes them, with this service's version and way to log. */
export function appOptions (config: Config): AppOptions {
  const { logger, ...options } = placeOptions(config)
  return { ...options, logger: logOptions(logger.level), version: readVersion() }
}
