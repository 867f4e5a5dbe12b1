/** The defaults of the settings, which the app takes where it is not told otherwise. */
import { statedDefaults } from '../foundation/schema-check.js'
import { ConfigSchema } from './config.js'
import { placeOptions, type Limits, type Timeouts } from './options.js'

export type { Limits, Timeouts }

const stated = statedDefaults(ConfigSchema)
const options = placeOptions(stated)

export const DEFAULT_LIMITS: Limits = options.limits

export const DEFAULT_TIMEOUTS: Timeouts = options.timeouts

/** Milliseconds. */
export const DEFAULT_REQUEST_TIMEOUT = options.requestTimeout

/** The most that may wait, all jobs together. Bytes: the memory that encoded images may take. */
export const DEFAULT_QUEUE = { jobs: stated.PVAE_MAX_QUEUE as number, bytes: 256 * 2 ** 20 }
