import type { AppOptions } from './app.js'
import type { Config } from './settings/config.js'
import { logOptions } from './plugins/logging.js'
import { readVersion } from './foundation/version.js'

/** `a, b` → [a, b]. */
function listOf (text: string): string[] {
  return text.split(',').map(element => element.trim()).filter(element => element !== '')
}

/** The settings that are the app's, as it takes them. */
export function appOptions (config: Config): AppOptions {
  const { PVAE_TRUST_PROXY: proxies, PVAE_RATE_LIMIT: requestsPerMinute, PVAE_API_KEYS_FILE: apiKeysFile } = config
  return {
    logger: logOptions(config.LOG_LEVEL),
    version: readVersion(),
    requestTimeout: config.PVAE_REQUEST_TIMEOUT_MS,
    limits: {
      imageBytes: config.PVAE_MAX_IMAGE_BYTES,
      requestBytes: config.PVAE_MAX_REQUEST_BYTES,
      jsonBytes: config.PVAE_MAX_JSON_BYTES,
      headerBytes: config.PVAE_MAX_HEADER_BYTES,
      fileNameLength: config.PVAE_MAX_FILE_NAME_LENGTH,
      imagesPerRequest: config.PVAE_MAX_IMAGES,
      latentsPerRequest: config.PVAE_MAX_LATENTS,
      inputPixels: config.PVAE_MAX_INPUT_PIXELS,
      inputSide: config.PVAE_MAX_INPUT_SIDE,
      outputPixels: config.PVAE_MAX_OUTPUT_PIXELS,
    },
    timeouts: { headers: config.PVAE_HEADERS_TIMEOUT_MS, arrival: config.PVAE_ARRIVAL_TIMEOUT_MS, keepAlive: config.PVAE_KEEP_ALIVE_MS },
    ...proxies !== '' && { trustProxy: proxies },
    security: {
      corsOrigins: listOf(config.PVAE_CORS_ORIGINS),
      metricsWithoutKey: config.PVAE_METRICS_WITHOUT_KEY,
      ...requestsPerMinute > 0 && { requestsPerMinute },
      ...apiKeysFile !== '' && { apiKeysFile },
    },
  }
}
