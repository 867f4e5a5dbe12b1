/** A real Redis on a free port, in a folder of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

interface Scope { teardown (work: () => unknown): void }

/** Why the tests with Redis do not run here; false where they do. */
export const skipRedis = spawnSync('redis-server', ['--version']).status !== 0 &&
  'no redis-server: install it to run the tests of the queue'

export interface TestRedis {
  readonly url: string
  /** As `kill -9` does. */
  kill (): Promise<void>
  /** Starts it again on what it had written. */
  start (): Promise<void>
}

async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** @param folder where it keeps its append-only file */
export async function startRedis (
  t: Scope, folder: string, { password, isStarted = true }: { password?: string, isStarted?: boolean } = {}
): Promise<TestRedis> {
  const port = await freePort()
  let child: ChildProcess | undefined
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    async kill () {
      if (child === undefined || child.exitCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'close')
      child = undefined
    },
    async start () {
      child = spawn('redis-server', [
        '--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes',
        '--appendfsync', 'always', ...password === undefined ? [] : ['--requirepass', password],
      ], { stdio: ['ignore', 'pipe', 'ignore'] })
      let text = ''
      for await (const chunk of child.stdout!) {
        text += String(chunk)
        if (text.includes('Ready to accept connections')) break
      }
    },
  }
  t.teardown(() => redis.kill())
  if (isStarted) await redis.start()
  return redis
}
