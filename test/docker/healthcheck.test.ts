/** The HEALTHCHECK command of the service's image, run for real. */
import { spawn } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { startService } from '../server/service.js'
import { execForm, findStage, only, readDockerfile } from './dockerfile.js'

const image = findStage(readDockerfile(new URL('../../server/Dockerfile', import.meta.url)), 'cpu')
const [file, ...words] = execForm(/ CMD (.*)$/.exec(only(image, 'HEALTHCHECK'))![1]!)

async function check (port: number): Promise<number | null> {
  const child = spawn(file === 'node' ? process.execPath : file!, words, {
    env: { PORT: String(port) },
    stdio: 'ignore',
  })
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
}

async function listen (t: Test, listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

t.test('healthy: the service is ready; not healthy: it is gone', async t => {
  const { app } = await startService(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  t.equal(await check(port), 0)
  await app.close()
  t.equal(await check(port), 1)
})

t.test('not healthy: it answers that it is not ready, or does not answer', async t => {
  t.equal(await check(await listen(t, (_request, reply) => reply.writeHead(503).end('{"ready":false}'))), 1)
  t.equal(await check(await listen(t, () => {})), 1)
})
