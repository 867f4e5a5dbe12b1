import { connect, createServer, type Socket } from 'node:net'
import t from 'tap'
import { publishLinearModel } from '../helpers/linear-model.js'
import { pngOf } from './images.js'
import { addressOf, spawnService } from './process.js'
import { temporaryFolder } from './service.js'

t.test('ready, an answer, SIGTERM, exit 0', async t => {
  const root = await temporaryFolder(t)
  const model = await publishLinearModel(root)
  const service = spawnService(t, { PVAE_REPOSITORY: root, PVAE_EXECUTION_PROVIDER: 'cuda', PVAE_WORKER: '2' })
  const address = await addressOf(service)
  t.equal((await fetch(`${address}/v2/health/ready`)).status, 200)
  const body = await pngOf(model.images[0]!, model.image)
  const encode = () =>
    fetch(`${address}/v1/models/linear/encode`, { method: 'POST', headers: { 'content-type': 'image/png' }, body })
  t.equal((await encode()).status, 200)
  // What has been accepted is answered, though the signal comes first.
  const pending = Array.from({ length: 20 }, () => encode())
  await Promise.race(pending)
  service.child.kill('SIGTERM')
  const answers = await Promise.allSettled(pending)
  for (const answer of answers) if (answer.status === 'fulfilled') t.match(String(answer.value.status), /^(200|503)$/)
  t.strictSame(await service.ended, { code: 0, signal: null })
  t.ok(await service.line('closed'))
  t.equal(service.stderr(), '', 'nothing from native code')
  t.equal(service.lines.filter(({ msg }) => String(msg).startsWith('execution provider')).length, 1)
  t.ok(await service.line('PVAE_WORKER is not a setting'))
  const { workers, estimatedMiB, memoryMiB, reason } = await service.line('workers: ')
  t.match(String(reason), /core|memory|PVAE_WORKERS/, 'what decided on the number of workers')
  t.ok(Number(workers) >= 1, 'one at least')
  t.ok(Number(estimatedMiB) > 0, 'how much they take')
  t.ok(Number(memoryMiB) > 0, 'of how much')
})

t.test('SIGHUP reloads, SIGTERM after a delay: not ready meanwhile', async t => {
  const root = await temporaryFolder(t)
  await publishLinearModel(root)
  for (const version of [2, 3]) await publishLinearModel(root, { version })
  const service = spawnService(t, {
    PVAE_REPOSITORY: root,
    PVAE_MODELS: 'linear:1, linear@3,linear:4',
    PVAE_WATCH: '3600',
    PVAE_DRAIN_DELAY_MS: '2500',
  })
  const address = await addressOf(service)
  const versions = async () =>
    ((await (await fetch(`${address}/v1/models`)).json()) as { models: Array<{ versions: number[] }> }).models[0]!
      .versions
  t.strictSame(await versions(), [1, 3])
  t.match(await service.line('are not in the repository'), { missing: ['linear:4'] })
  await publishLinearModel(root, { version: 4 })
  service.child.kill('SIGHUP')
  await service.line('models reloaded')
  t.strictSame(await versions(), [1, 3, 4])
  service.child.kill('SIGTERM')
  await service.line('closing')
  t.equal((await fetch(`${address}/v2/health/ready`)).status, 503)
  t.equal((await fetch(`${address}/v2/health/live`)).status, 200)
  t.strictSame(await service.ended, { code: 0, signal: null })
})

t.test('SIGINT ends it too', async t => {
  const root = await temporaryFolder(t)
  await publishLinearModel(root)
  const service = spawnService(t, { PVAE_REPOSITORY: root, LOG_LEVEL: 'info' })
  await addressOf(service)
  service.child.kill('SIGINT')
  t.strictSame(await service.ended, { code: 0, signal: null })
})

t.test('settings at fault are listed and end it with 2', async t => {
  const service = spawnService(t, { PORT: 'x', PVAE_WORKERS: '-1' })
  t.strictSame(await service.ended, { code: 2, signal: null })
  t.match(
    service.stderr(),
    /expected an integer for PORT but received "x"\n {2}expected >= 0 for PVAE_WORKERS but received -1\n$/
  )
})

t.test('a repository or a folder of indexes that is not there, a port that is taken: 1 and the reason', async t => {
  const root = await temporaryFolder(t)
  await publishLinearModel(root)
  const missing = spawnService(t, { PVAE_REPOSITORY: `${root}/missing` })
  t.strictSame(await missing.ended, { code: 1, signal: null })
  t.match(missing.stderr(), /^The service can not start: .*missing.* but found ENOENT\n$/)
  const noIndexes = spawnService(t, { PVAE_REPOSITORY: root, PVAE_INDEX_DIR: `${root}/nope` })
  t.strictSame(await noIndexes.ended, { code: 1, signal: null })
  t.match(noIndexes.stderr(), /^The service can not start: .*for PVAE_INDEX_DIR but received .*nope: ENOENT\n$/)
  const blocker = createServer()
  await new Promise<void>(resolve => blocker.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise(resolve => blocker.close(resolve)))
  const { port } = blocker.address() as { port: number }
  const taken = spawnService(t, { PVAE_REPOSITORY: root, PORT: String(port) })
  t.strictSame(await taken.ended, { code: 1, signal: null })
  t.equal(
    taken.stderr(),
    `The service can not start: port ${port} of 127.0.0.1 is in use (EADDRINUSE): set PORT to another, or end what ` +
      'listens there\n'
  )
  t.strictSame(taken.lines, [], 'before anything was loaded')
})

t.test('models that are not there: 1, the name and what there is', async t => {
  const root = await temporaryFolder(t)
  await publishLinearModel(root)
  const service = spawnService(t, { PVAE_REPOSITORY: root, PVAE_MODELS: 'linaer' })
  t.strictSame(await service.ended, { code: 1, signal: null })
  t.equal(
    service.stderr(),
    'The service can not start: expected one of linear for PVAE_MODELS but received "linaer" (did you mean "linear"?)\n'
  )
})

t.test('a connection may be idle for longer than headers may take', async t => {
  const root = await temporaryFolder(t)
  await publishLinearModel(root)
  const service = spawnService(t, { PVAE_REPOSITORY: root, PVAE_HEADERS_TIMEOUT_MS: '200' })
  const { hostname, port } = new URL(await addressOf(service))
  const open = () => {
    const socket = connect(Number(port), hostname).setEncoding('latin1')
    t.teardown(() => socket.destroy())
    return socket
  }
  const answerOf = (socket: Socket) => new Promise<string>((resolve, reject) => {
    socket
      .once('data', text => resolve(String(text)))
      .once('error', reject)
      .once('close', () => reject(new Error('closed')))
  })
  const idle = open()
  const ask = () => {
    idle.write('GET /v2/health/live HTTP/1.1\r\nHost: a\r\n\r\n')
    return answerOf(idle)
  }
  t.match(await ask(), /^HTTP\/1\.1 200 OK\r\n[^]*Keep-Alive: timeout=72\r\n/i)
  // Another, whose headers never come to their end, is closed: so late connections have been looked for.
  const late = open()
  late.write('GET /v2/health/live HTTP/1.1\r\nHost: ')
  t.match(await answerOf(late), /^HTTP\/1\.1 408 /)
  t.match(await ask(), /^HTTP\/1\.1 200 /)
})
