import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { appOptions } from '../../../server/app-options.js'
import { ConfigError, ConfigSchema, readConfig, shippedRepository, unknownSettings } from '../../../server/settings/config.js'
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from '../../../server/settings/limits.js'
import { readVersion } from '../../../server/foundation/version.js'

const faultsOf = (environment: Record<string, string>): string[] => {
  try {
    readConfig(environment, '/')
    return []
  } catch (error) {
    t.ok(error instanceof ConfigError)
    return (error as Error).message.split('\n')
  }
}

t.test('an empty environment gives the defaults', async t => {
  const config = readConfig({}, '/')
  const stated = Object.fromEntries(Object.entries(ConfigSchema.properties).flatMap(([name, schema]) => 'default' in schema ? [[name, schema.default]] : []))
  t.strictSame(config, { ...stated, PVAE_REPOSITORY: shippedRepository(), PVAE_WORKERS: Math.max(1, availableParallelism() - 1) })
  t.match(config, { PORT: 8080, HOST: 'localhost', PVAE_API_KEYS_FILE: '', PVAE_RATE_LIMIT: 0, PVAE_CORS_ORIGINS: '', PVAE_TRUST_PROXY: '', LOG_LEVEL: 'info' }, 'closed, and on this machine only')
})

t.test('the defaults are what the app does without options', async t => {
  const { limits, timeouts, security, ...others } = appOptions(readConfig({}, '/'))
  t.strictSame(limits, DEFAULT_LIMITS)
  t.strictSame(timeouts, DEFAULT_TIMEOUTS)
  t.strictSame(security, { corsOrigins: [], metricsWithoutKey: false })
  t.match(others, { version: readVersion(), logger: { level: 'info' } })
  t.notOk('trustProxy' in others)
})

t.test('the repository that ships lies beside the package that defines its format', async t => {
  t.equal(shippedRepository().split(/[\\/]/).at(-1), 'repository')
  t.ok(existsSync(join(dirname(shippedRepository()), 'package.json')))
})

t.test('settings are read, an empty one counts as unset, others of the environment are passed over', async t => {
  const config = readConfig({
    PORT: '0', HOST: '::', PVAE_REPOSITORY: 'models', PVAE_EXECUTION_PROVIDER: 'cuda', PVAE_WORKERS: '3', LOG_LEVEL: '', HOME: '/root', PVAE_API_KEYS_FILE: 'secrets/keys',
  }, '/srv')
  t.match(config, {
    PORT: 0, HOST: '::', PVAE_REPOSITORY: '/srv/models', PVAE_EXECUTION_PROVIDER: 'cuda', PVAE_WORKERS: 3, LOG_LEVEL: 'info', PVAE_API_KEYS_FILE: '/srv/secrets/keys',
  })
  t.notOk('HOME' in config)
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
    security: { requestsPerMinute: 60, apiKeysFile: '/run/keys', metricsWithoutKey: true, corsOrigins: ['https://a.example', 'http://localhost:3000'] },
    trustProxy: '10.0.0.0/8, fd00::/8,loopback',
    logger: { level: 'debug' },
  })
})

t.test('every fault is named at once, with what was expected and what was received', async t => {
  t.strictSame(faultsOf({ PORT: '65536', PVAE_EXECUTION_PROVIDER: 'tpu', PVAE_WORKERS: '2.5', PVAE_METRICS_WITHOUT_KEY: 'yes', LOG_LEVEL: 'loud' }), [
    'The configuration is not valid:',
    '  expected <= 65535 for PORT but received 65536',
    '  expected auto or cpu or cuda for PVAE_EXECUTION_PROVIDER but received "tpu"',
    '  expected an integer for PVAE_WORKERS but received 2.5',
    '  expected a boolean for PVAE_METRICS_WITHOUT_KEY but received "yes"',
    '  expected fatal or error or warn or info or debug or trace or silent for LOG_LEVEL but received "loud"',
  ])
  for (const PORT of ['eighty', '0x10', '-1', '1e9', ' ', '08080']) t.match(faultsOf({ PORT })[1], /for PORT but received/, `PORT=${PORT}`)
  for (const PVAE_CORS_ORIGINS of ['example.org', 'https://a.example/path', 'https://a https://b']) t.match(faultsOf({ PVAE_CORS_ORIGINS })[1], /for PVAE_CORS_ORIGINS/, PVAE_CORS_ORIGINS)
  for (const PVAE_TRUST_PROXY of ['1', 'true', 'proxy.example', '10.0.0']) t.match(faultsOf({ PVAE_TRUST_PROXY })[1], /for PVAE_TRUST_PROXY/, PVAE_TRUST_PROXY)
})

t.test('settings that contradict each other', async t => {
  t.strictSame(faultsOf({ PVAE_ARRIVAL_TIMEOUT_MS: '5000', PVAE_MAX_REQUEST_BYTES: '2048' }).slice(1), [
    '  expected at least PVAE_HEADERS_TIMEOUT_MS (10000) for PVAE_ARRIVAL_TIMEOUT_MS but received 5000',
    '  expected at least PVAE_MAX_IMAGE_BYTES (16777216) for PVAE_MAX_REQUEST_BYTES but received 2048',
  ])
})

t.test('a name that looks like a setting and is none', async t => {
  t.strictSame(unknownSettings({ PVAE_WORKER: '2', PVAE_WORKERS: '2', PORT: '1', PATH: '/bin' }), ['PVAE_WORKER'])
})

t.test('every setting says what it is for', async t => {
  for (const [name, schema] of Object.entries(ConfigSchema.properties)) t.match(schema, { description: /\w{3}/ }, name)
})
