/** The launchers behind `npx pvae` and `npm start`. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import t from 'tap'
import { presets } from '../../trainer/config/presets.js'

const root = new URL('../../', import.meta.url)

t.test('pvae writes to stdout what it was asked for and nothing else, from wherever it is called', async t => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('trainer/bin/pvae.mjs', root)), 'presets', presets[0]!.name],
    { cwd: tmpdir(), encoding: 'utf8' }
  )
  t.equal(status, 0, stderr)
  t.equal(JSON.parse(stdout).name, presets[0]!.name)
  t.equal(stderr, '')
})

t.test('npm start ends with the process that one has started', async t => {
  const environment = { ...process.env, PORT: '0', HOST: '127.0.0.1', PVAE_WORKERS: '1' }
  // A group of its own, of which nothing is left behind.
  const npm = spawn('npm', ['start'], {
    cwd: root, env: environment, stdio: ['ignore', 'pipe', 'inherit'], detached: true,
  })
  t.teardown(() => {
    try {
      process.kill(-npm.pid!, 'SIGKILL')
    } catch {
      // Nothing is left.
    }
  })
  let text = ''
  npm.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (!npm.killed && text.includes('Server listening at')) npm.kill('SIGTERM')
  })
  // Ends when the last process that can write there has ended.
  await once(npm.stdout, 'close')
  t.match(text, '"msg":"closed"', 'the service was told, and closed')
})

t.test('an installation without a compiler runs what is built, and says what is missing', async t => {
  // Outside the project, so that its compiler is not found.
  const folder = await mkdtemp(join(tmpdir(), 'pvae-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'bin'))
  await copyFile(new URL('bin/build.mjs', root), join(folder, 'bin', 'build.mjs'))
  const program = join(folder, 'main.js')
  await writeFile(
    join(folder, 'bin', 'run.mjs'),
    'import { build } from \'./build.mjs\'\nawait build(new ' +
      `URL(${JSON.stringify(pathToFileURL(program).href)}))\nconsole.log('ran')\n`
  )
  const run = () => spawnSync(process.execPath, [join(folder, 'bin', 'run.mjs')], { encoding: 'utf8' })
  const missing = run()
  t.equal(missing.status, 1)
  t.equal(missing.stdout, '')
  t.equal(missing.stderr, `expected ${program}, which \`npm run build\` writes after \`npm ci\`, but found nothing\n`)
  await writeFile(program, '')
  t.match(run(), { status: 0, stdout: 'ran\n', stderr: '' })
})
