import t from 'tap'
import { readConfig } from '../../../server/settings/config.js'
import {
  DEFAULT_LIMITS, DEFAULT_QUEUE, DEFAULT_REQUEST_TIMEOUT, DEFAULT_TIMEOUTS,
} from '../../../server/settings/limits.js'
import { placeOptions } from '../../../server/settings/options.js'

t.test('a setting goes where the table says, converted', async t => {
  t.strictSame(placeOptions({
    PORT: 1, PVAE_MAX_IMAGES: 3, PVAE_KEEP_ALIVE_MS: 500, PVAE_CORS_ORIGINS: 'https://a.example, *', LOG_LEVEL: 'warn',
  }), {
    limits: { imagesPerRequest: 3 },
    timeouts: { keepAlive: 500 },
    security: { corsOrigins: ['https://a.example', '*'] },
    logger: { level: 'warn' },
  })
})

t.test('a setting that is as good as unset is left out', async t => {
  t.strictSame(placeOptions({ PVAE_RATE_LIMIT: 0, PVAE_API_KEYS_FILE: '', PVAE_TRUST_PROXY: '' }), {})
  t.strictSame(placeOptions({ PVAE_RATE_LIMIT: 5 }), { security: { requestsPerMinute: 5 } })
})

t.test('the defaults are what the app does without options', async t => {
  const config = readConfig({}, '/')
  const { limits, timeouts, requestTimeout } = placeOptions(config)
  t.strictSame(limits, DEFAULT_LIMITS)
  t.strictSame(timeouts, DEFAULT_TIMEOUTS)
  t.equal(requestTimeout, DEFAULT_REQUEST_TIMEOUT)
  t.equal(config.PVAE_MAX_QUEUE, DEFAULT_QUEUE.jobs)
})

t.test('the defaults bound memory and time', async t => {
  t.strictSame(DEFAULT_LIMITS, {
    imageBytes: 16 * 2 ** 20,
    requestBytes: 64 * 2 ** 20,
    jsonBytes: 4 * 2 ** 20,
    headerBytes: 16 * 2 ** 10,
    fileNameLength: 1024,
    imagesPerRequest: 64,
    latentsPerRequest: 256,
    inputPixels: 40e6,
    inputSide: 16384,
    outputPixels: 16e6,
  })
  t.strictSame(DEFAULT_TIMEOUTS, { headers: 10_000, arrival: 30_000, keepAlive: 72_000 })
})
