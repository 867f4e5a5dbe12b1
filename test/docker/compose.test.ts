/** docker-compose.yml: hardening, volumes, and its agreement with the images and the service. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { ConfigSchema, readConfig } from '../../server/settings/config.js'
import { execForm, findStage, only, pairs, readDockerfile } from './dockerfile.js'
import { parseYaml, type Yaml } from './yaml.js'

const root = new URL('../../', import.meta.url)

interface Service {
  readonly [key: string]: Yaml | undefined
  readonly build: { readonly context: string, readonly dockerfile: string, readonly target: string }
  readonly profiles?: string[]
  readonly volumes: string[]
  readonly ports?: string[]
  readonly environment?: string[]
  readonly stop_grace_period: string
  readonly restart: string
}

const text = readFileSync(new URL('docker-compose.yml', root), 'utf8')
const compose = parseYaml(text) as unknown as { services: Record<string, Service>, volumes: Record<string, null> }
const services = Object.entries(compose.services)
const serving = services.filter(([, { build }]) => build.dockerfile.startsWith('server/'))
const training = services.filter(([, { build }]) => build.dockerfile.startsWith('trainer/'))
const imageOf = ({ build: { context, dockerfile, target } }: Service) =>
  findStage(readDockerfile(new URL(dockerfile, new URL(`${context}/`, root))), target)

t.test('the service on the CPU alone starts by default; GPU and training are profiles', async t => {
  t.same(services.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name), ['serve'])
  t.equal(compose.services.serve!.build.target, 'cpu')
  t.same(compose.services['serve-gpu']!.profiles, ['gpu'])
  t.same(compose.services.train!.profiles, ['train'])
})

t.test('every container is hardened', async t => {
  for (const [name, service] of services) {
    t.match(service, {
      init: true,
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      user: only(imageOf(service), 'USER'),
    }, name)
    t.match((service.tmpfs as string[])[0], /^\/tmp:size=\d+m,.*noexec,nosuid,nodev/, `${name}: /tmp`)
    for (const key of ['privileged', 'cap_add', 'devices', 'pid', 'ipc']) t.notOk(key in service, `${name}: no ${key}`)
    t.ok(Number(service.pids_limit) > 0)
    t.notOk(service.volumes.some(volume => /^[/.~]/.test(volume)), `${name}: nothing of the host`)
  }
})

t.test('trainer and service share the models; the service only reads them', async t => {
  for (const [name, service] of serving) {
    t.same(service.volumes, [`models:${pairs(imageOf(service), 'ENV').PVAE_REPOSITORY!}:ro`], name)
  }
  for (const [name, service] of training) {
    t.same(service.volumes, ['models:/models', 'runs:/runs'], name)
    t.same(execForm(only(imageOf(service), 'VOLUME')).sort(), ['/models', '/runs'])
  }
  t.same(Object.keys(compose.volumes).sort(), ['models', 'runs'])
})

t.test('health is checked as in the image', async t => {
  for (const [, service] of serving) {
    const { test, ...times } = service.healthcheck as { test: string[] }
    const [, flags, command] = /^(.*?) CMD (.*)$/.exec(only(imageOf(service), 'HEALTHCHECK'))!
    t.same(test, ['CMD', ...execForm(command!)])
    for (const [name, value] of Object.entries(times)) t.match(flags, `--${name.replace('_', '-')}=${value as string}`)
  }
})

t.test('a container is given longer to stop than the service takes to drain', async t => {
  for (const [name, service] of serving) {
    const config = readConfig(pairs(imageOf(service), 'ENV'), '/app')
    const drain = (config.PVAE_DRAIN_DELAY_MS + config.PVAE_ARRIVAL_TIMEOUT_MS + config.PVAE_REQUEST_TIMEOUT_MS) / 1000
    const grace = Number(/^\$\{SERVE_STOP_GRACE_PERIOD:-(\d+)s\}$/.exec(service.stop_grace_period)?.[1])
    t.ok(grace > drain, `${name}: ${grace} s > ${drain} s`)
    t.equal(service.restart, 'unless-stopped')
  }
  for (const [, service] of training) t.equal(service.restart, 'no')
})

t.test('ports: this machine only unless asked, no two services on one', async t => {
  const hosts = serving.map(([, service]) => {
    const [, host, inside] = /^\$\{\w+:-(127\.0\.0\.1:\d+)\}:(\d+)$/.exec(service.ports![0]!)!
    t.equal(inside, only(imageOf(service), 'EXPOSE'))
    return host
  })
  t.equal(new Set(hosts).size, serving.length)
  for (const [name, service] of training) t.match(service, { network_mode: 'none' }, name)
})

t.test('an operator can set every setting of the service', async t => {
  for (const [name, service] of serving) {
    const fixed = Object.keys(pairs(imageOf(service), 'ENV'))
    const open = Object.keys(ConfigSchema.properties).filter(setting => !fixed.includes(setting))
    t.same(
      service.environment!.map(entry => entry.split('=')[0]).sort(),
      open.sort(),
      `${name}: docker-compose.yml, x-service, environment`
    )
  }
})

t.test('GPU services reserve an NVIDIA device, others none', async t => {
  for (const [name, { deploy, build }] of services) {
    const devices = [{ driver: 'nvidia', count: 1, capabilities: ['gpu'] }]
    t.same(deploy, build.target === 'cpu' ? undefined : { resources: { reservations: { devices } } }, name)
  }
})

t.test('what the reader of the file does not know is an error, not a guess', async t => {
  t.same(parseYaml('a: &x\n  b: 1\n  c: ["d", "e"]\nf:\n  <<: *x\n  b: "two"\ng:\n  - h: [i]\n    j:\n  - k\n'),
    { a: { b: 1, c: ['d', 'e'] }, f: { b: 'two', c: ['d', 'e'] }, g: [{ h: ['i'], j: null }, 'k'] })
  for (const bad of [
    'a: no',
    'a: |\n  b',
    'a: {b: c}',
    'a: 1\na: 2',
    'a:\n\tb: 1',
    'a: *x',
    'a: 08',
    'a: b # c',
    'a\n',
    'a: 1\n  b: 2',
    '- a\nb: 1',
    '<<: 1',
    "a: 'b'",
  ]) {
    t.throws(() => parseYaml(bad), Error, bad)
  }
})

const command = [['docker', 'compose'], ['docker-compose']].find(
  ([file, ...words]) => spawnSync(file!, [...words, 'version']).status === 0
)
const skip = command === undefined ? 'neither `docker compose` nor `docker-compose` is installed' : false

t.test('Compose accepts the file, every profile of it', { skip }, async t => {
  const [file, ...words] = command!
  const profiles = services.flatMap(([, { profiles }]) => profiles ?? []).flatMap(profile => ['--profile', profile])
  const { status, stderr } = spawnSync(file!, [...words, ...profiles, 'config', '--quiet'], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
  })
  t.equal(status, 0, stderr)
})
