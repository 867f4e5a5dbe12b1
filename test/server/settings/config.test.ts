import t from 'tap'
import { ConfigError, ConfigSchema, readConfig, unknownSettings } from '../../../server/settings/config.js'
import { shippedRepository } from '../../../server/settings/table.js'

const faultsOf = (environment: Record<string, string>): string[] => {
  try {
    readConfig(environment, '/')
    return []
  } catch (error) {
    t.ok(error instanceof ConfigError, 'a ConfigError')
    return (error as Error).message.split('\n')
  }
}

t.test('an empty environment gives the defaults', async t => {
  const config = readConfig({}, '/')
  const stated = Object.entries(ConfigSchema.properties).flatMap(([name, schema]) => {
    return 'default' in schema ? [[name, schema.default]] : []
  })
  t.strictSame(config, {
    ...Object.fromEntries(stated),
    PVAE_REPOSITORY: shippedRepository(),
  })
  t.match(config, {
    PORT: 8080,
    HOST: 'localhost',
    PVAE_API_KEYS_FILE: '',
    PVAE_RATE_LIMIT: 0,
    PVAE_CORS_ORIGINS: '',
    PVAE_TRUST_PROXY: '',
    LOG_LEVEL: 'info',
  }, 'closed, and on this machine only')
})

t.test('settings are read, an empty one counts as unset, others of the environment are passed over', async t => {
  const config = readConfig({
    PORT: '0',
    HOST: '::',
    PVAE_REPOSITORY: 'models',
    PVAE_EXECUTION_PROVIDER: 'cuda',
    PVAE_WORKERS: '3',
    LOG_LEVEL: '',
    HOME: '/root',
    PVAE_API_KEYS_FILE: 'secrets/keys',
  }, '/srv')
  t.match(config, {
    PORT: 0,
    HOST: '::',
    PVAE_REPOSITORY: '/srv/models',
    PVAE_EXECUTION_PROVIDER: 'cuda',
    PVAE_WORKERS: 3,
    LOG_LEVEL: 'info',
    PVAE_API_KEYS_FILE: '/srv/secrets/keys',
  })
  t.notOk('HOME' in config, 'no setting')
})

t.test('every fault is named at once, with what was expected and what was received', async t => {
  t.strictSame(faultsOf({
    PORT: '65536',
    PVAE_EXECUTION_PROVIDER: 'tpu',
    PVAE_WORKERS: '2.5',
    PVAE_METRICS_WITHOUT_KEY: 'yes',
    LOG_LEVEL: 'loud',
  }), [
    'The configuration is not valid:',
    '  expected <= 65535 for PORT but received 65536',
    '  expected auto or cpu or cuda for PVAE_EXECUTION_PROVIDER but received "tpu"',
    '  expected an integer for PVAE_WORKERS but received 2.5',
    '  expected a boolean for PVAE_METRICS_WITHOUT_KEY but received "yes"',
    '  expected fatal or error or warn or info or debug or trace or silent for LOG_LEVEL but received "loud"',
  ])
  for (const PORT of ['eighty', '0x10', '-1', '1e9', ' ', '08080']) {
    t.match(faultsOf({ PORT })[1], /for PORT but received/, `PORT=${PORT}`)
  }
  for (const PVAE_CORS_ORIGINS of ['example.org', 'https://a.example/path', 'https://a https://b']) {
    t.match(faultsOf({ PVAE_CORS_ORIGINS })[1], /for PVAE_CORS_ORIGINS/, PVAE_CORS_ORIGINS)
  }
  for (const PVAE_TRUST_PROXY of ['1', 'true', 'proxy.example', '10.0.0']) {
    t.match(faultsOf({ PVAE_TRUST_PROXY })[1], /for PVAE_TRUST_PROXY/, PVAE_TRUST_PROXY)
  }
})

t.test('settings that contradict each other', async t => {
  t.strictSame(faultsOf({ PVAE_ARRIVAL_TIMEOUT_MS: '5000', PVAE_MAX_REQUEST_BYTES: '2048' }).slice(1), [
    '  expected at least PVAE_MAX_IMAGE_BYTES (16777216) for PVAE_MAX_REQUEST_BYTES but received 2048',
    '  expected at least PVAE_HEADERS_TIMEOUT_MS (10000) for PVAE_ARRIVAL_TIMEOUT_MS but received 5000',
  ])
})

t.test('a name that looks like a setting and is none', async t => {
  const environment = { PVAE_WORKER: '2', PVAE_WORKERS: '2', PORT: '1', PATH: '/bin' }
  t.strictSame(unknownSettings(environment), ['PVAE_WORKER'])
})
