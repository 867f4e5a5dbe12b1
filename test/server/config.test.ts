import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { ConfigError, ConfigSchema, readConfig, shippedRepository, unknownSettings } from '../../server/config.js'

t.test('an empty environment gives the defaults', async t => {
  t.strictSame(readConfig({}, '/'), {
    PORT: 8080,
    HOST: 'localhost',
    PVAE_REPOSITORY: shippedRepository(),
    PVAE_EXECUTION_PROVIDER: 'auto',
    PVAE_WORKERS: Math.max(1, availableParallelism() - 1),
    LOG_LEVEL: 'info',
  })
})

t.test('the repository that ships lies beside the package that defines its format', async t => {
  t.equal(shippedRepository().split(/[\\/]/).at(-1), 'repository')
  t.ok(existsSync(join(dirname(shippedRepository()), 'package.json')))
})

t.test('settings are read, an empty one counts as unset, others of the environment are passed over', async t => {
  const config = readConfig({
    PORT: '0', HOST: '::', PVAE_REPOSITORY: 'models', PVAE_EXECUTION_PROVIDER: 'cuda', PVAE_WORKERS: '3', LOG_LEVEL: '', HOME: '/root',
  }, '/srv')
  t.strictSame(config, { PORT: 0, HOST: '::', PVAE_REPOSITORY: '/srv/models', PVAE_EXECUTION_PROVIDER: 'cuda', PVAE_WORKERS: 3, LOG_LEVEL: 'info' })
})

t.test('every fault is named at once, with what was expected and what was received', async t => {
  try {
    readConfig({ PORT: '65536', PVAE_EXECUTION_PROVIDER: 'tpu', PVAE_WORKERS: '2.5', LOG_LEVEL: 'loud' }, '/')
    t.fail('expected an error')
  } catch (error) {
    t.ok(error instanceof ConfigError)
    t.equal((error as Error).message, [
      'The configuration is not valid:',
      '  expected <= 65535 for PORT but received 65536',
      '  expected auto or cpu or cuda for PVAE_EXECUTION_PROVIDER but received "tpu"',
      '  expected an integer for PVAE_WORKERS but received 2.5',
      '  expected fatal or error or warn or info or debug or trace or silent for LOG_LEVEL but received "loud"',
    ].join('\n'))
  }
  for (const PORT of ['eighty', '0x10', '-1', '1e9', ' ', '08080']) t.throws(() => readConfig({ PORT }, '/'), /for PORT but received/, `PORT=${PORT}`)
})

t.test('a name that looks like a setting and is none', async t => {
  t.strictSame(unknownSettings({ PVAE_WORKER: '2', PVAE_WORKERS: '2', PORT: '1', PATH: '/bin' }), ['PVAE_WORKER'])
})

t.test('every setting says what it is for', async t => {
  for (const [name, schema] of Object.entries(ConfigSchema.properties)) t.match(schema, { description: /\w{3}/ }, name)
})
