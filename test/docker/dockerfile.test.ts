/** The images' hardening and their agreement with the project, as far as the Dockerfiles alone tell it. */
import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { readConfig, unknownSettings } from '../../server/settings/config.js'
import { execForm, findStage, only, pairs, readDockerfile, textsOf } from './dockerfile.js'

const root = new URL('../../', import.meta.url)
const readJson = <T>(path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8')) as T
const project = readJson<{ version: string; license: string; workspaces: string[]; scripts: Record<string, string> }>(
  'package.json'
)

const images = [
  {
    room: 'server',
    targets: ['cpu', 'cuda'],
    start: 'CMD',
    launcher: 'server/bin/serve.mjs',
    script: project.scripts['start'],
  },
  {
    room: 'trainer',
    targets: ['cpu', 'gpu'],
    start: 'ENTRYPOINT',
    launcher: 'trainer/bin/pvae.mjs',
    script: project.scripts['pvae'],
  },
] as const

/** Patterns of .dockerignore, in order. */
const ignore = readFileSync(new URL('.dockerignore', root), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))

for (const { room, targets, start, launcher, script } of images) {
  const stages = readDockerfile(new URL(`${room}/Dockerfile`, root))
  const final = targets.map(name => findStage(stages, name))

  t.test(`${room}: the CPU is what a build without a target makes`, async t => {
    t.equal(stages.at(-1)!.name, 'cpu')
  })

  t.test(`${room}: only production dependencies of its own workspaces reach an image`, async t => {
    const other = room === 'server' ? 'trainer' : 'server'
    for (const stage of final) {
      const copied = textsOf(stage, 'COPY').flatMap(text => /^--from=(\S+)/.exec(text)?.[1] ?? [])
      t.ok(copied.length > 0)
      for (const shared of ['modules', 'manifests']) {
        t.notOk(copied.includes(shared), `nothing from ${shared}, a stage with other workspaces`)
      }
      t.notOk(
        textsOf(stage, 'RUN').some(text => /\b(npm|npx|apt-get|curl|wget)\b/.test(text)),
        'nothing is installed in the image itself'
      )
      for (const text of textsOf(stage, 'COPY').filter(text => text.startsWith('--from=build'))) {
        t.match(text, new RegExp(` /app/(models|collections|${room})/ `))
      }
    }
    const installs = stages.flatMap(stage => textsOf(stage, 'RUN')).filter(text => / npm (ci|install) /.test(text))
    for (const text of installs) {
      t.match(text, / --ignore-scripts/, 'no package runs code of its own while it is installed')
    }
    const production = installs.filter(text => text.includes('--omit=dev'))
    t.ok(production.length > 0)
    for (const text of production) {
      // A single package beside them: npm 11 does not install one for a workspace that names it as an optional peer.
      t.ok(text.includes(text.includes('npm ci') ? `--workspace ${room}` : '--workspaces=false'))
      t.notOk(text.includes(`--workspace ${other}`))
    }
  })

  t.test(`${room}: onnxruntime-node keeps this platform's libraries only, in the layer that brings it`, async t => {
    const [install, ...more] = stages
      .flatMap(stage => textsOf(stage, 'RUN'))
      .filter(text => text.includes('npm ci') && text.includes('--omit=dev'))
    t.equal(more.length, 0)
    t.match(
      install,
      /find node_modules\/onnxruntime-node\/bin .*! -path "\*\/linux\/\$\(node -p process\.arch\)" -exec rm -rf/
    )
  })

  t.test(`${room}: not root, nothing but the models and runs its own, signals reach the process`, async t => {
    for (const stage of final) {
      t.match(only(stage, 'USER'), /^[1-9]\d*:[1-9]\d*$/, 'by number, and not 0')
      const owned = textsOf(stage, 'COPY').filter(text => text.includes('--chown'))
      t.same(owned, [`--chown=${only(stage, 'USER')} models/repository/ /models/`])
      const command = execForm(only(stage, start)).map(word => word.replace(/^\/app\//, ''))
      // npm runs the same program, once it is built.
      t.equal(script, `node ${launcher}`)
      const program = new URL(
        /new URL\('([^']*\/main\.js)', import\.meta\.url\)/.exec(readFileSync(new URL(launcher, root), 'utf8'))![1]!,
        new URL(launcher, root)
      )
      t.strictSame(command, ['node', program.href.slice(root.href.length)])
    }
    const [first, second] = final.map(stage =>
      stage.instructions.filter(({ keyword }) => /USER|CMD|ENTRYPOINT|HEALTHCHECK|EXPOSE|VOLUME/.test(keyword))
    )
    t.same(first, second, 'both targets start alike')
  })

  t.test(`${room}: environment and labels`, async t => {
    for (const stage of final) {
      const environment = pairs(stage, 'ENV')
      t.match(environment, { NODE_ENV: 'production', ORT_DISABLE_TELEMETRY: '1' })
      if (room === 'server') {
        const config = readConfig(environment, '/app')
        t.match(config, {
          HOST: '0.0.0.0',
          PORT: 8080,
          PVAE_REPOSITORY: '/models',
          PVAE_EXECUTION_PROVIDER: stage.name,
        })
        t.same(unknownSettings(environment), [])
        t.equal(only(stage, 'EXPOSE'), String(config.PORT))
      }
      t.match(pairs(stage, 'LABEL'), {
        'org.opencontainers.image.version': project.version,
        'org.opencontainers.image.licenses': project.license,
        'org.opencontainers.image.base.name': stage.base.includes('/')
          ? `docker.io/${stage.base}`
          : `docker.io/library/${stage.base}`,
      })
      t.notMatch(stage.base, /alpine/, 'onnxruntime-node needs glibc')
    }
  })

  t.test(`${room}: what is copied from the project exists and is let in by .dockerignore`, async t => {
    t.equal(ignore[0], '*', 'everything else stays out')
    const copied = stages.flatMap(stage => textsOf(stage, 'COPY'))
      .filter(text => !text.startsWith('--from='))
      .flatMap(text => text.split(' ').filter(word => !word.startsWith('--')).slice(0, -1))
    for (const path of copied) {
      t.ok(existsSync(new URL(path, root)), path)
      t.ok(ignore.includes(`!${path.split('/')[0]!}`), `${path} is let in`)
    }
    for (const workspace of project.workspaces) {
      t.ok(copied.includes(`${workspace}/package.json`), `npm ci needs ${workspace}/package.json`)
    }
  })
}

t.test('a GPU image fails to build without its GPU libraries', async t => {
  const cuda = readDockerfile(new URL('server/Dockerfile', root))
  const download = textsOf(findStage(cuda, 'production-cuda'), 'RUN').join('\n')
  t.match(download, /ONNXRUNTIME_NODE_INSTALL=true node script\/install\.js/)
  for (const name of ['shared', 'cuda']) t.match(download, `test -s libonnxruntime_providers_${name}.so`)
  const gpu = readDockerfile(new URL('trainer/Dockerfile', root))
  const tensorflow = textsOf(findStage(gpu, 'production-gpu'), 'RUN').join('\n')
  for (const name of ['deps/lib/libtensorflow.so.2', 'lib/napi-v8/tfjs_binding.node']) {
    t.match(tensorflow, `test -s ${name}`)
  }
  for (const stage of [findStage(cuda, 'cuda'), findStage(gpu, 'gpu')]) {
    t.ok(
      textsOf(stage, 'RUN').some(text => text.includes('! ldd ')),
      'every library found'
    )
  }
})
