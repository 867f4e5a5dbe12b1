import t from 'tap'
import { appOptions } from '../../server/app-options.js'
import { readVersion } from '../../server/foundation/version.js'
import { readConfig } from '../../server/settings/config.js'

t.test('without settings the app is open to its own pages only, and logs', async t => {
  const options = appOptions(readConfig({}, '/'))
  t.strictSame(options.security, { corsOrigins: [], metricsWithoutKey: false })
  t.match(options, { version: readVersion(), logger: { level: 'info' } })
  t.notOk('trustProxy' in options, 'no proxy is trusted')
})

t.test('settings of the app become its options', async t => {
  const options = appOptions(readConfig({
    PVAE_MAX_IMAGES: '3',
    PVAE_MAX_INPUT_SIDE: '100',
    PVAE_KEEP_ALIVE_MS: '500',
    PVAE_RATE_LIMIT: '60',
    PVAE_API_KEYS_FILE: '/run/keys',
    PVAE_METRICS_WITHOUT_KEY: 'true',
    PVAE_CORS_ORIGINS: 'https://a.example, http://localhost:3000',
    PVAE_TRUST_PROXY: '10.0.0.0/8, fd00::/8,loopback',
    LOG_LEVEL: 'debug',
  }, '/'))
  t.match(options, {
    limits: { imagesPerRequest: 3, inputSide: 100 },
    timeouts: { keepAlive: 500 },
    security: {
      requestsPerMinute: 60,
      apiKeysFile: '/run/keys',
      metricsWithoutKey: true,
      corsOrigins: ['https://a.example', 'http://localhost:3000'],
    },
    trustProxy: '10.0.0.0/8, fd00::/8,loopback',
    logger: { level: 'debug' },
  })
})
