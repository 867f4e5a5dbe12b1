/** Servers as processes of their own, each on a free port. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sourceArguments } from '../source-process.js'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
/** Large enough for a loaded machine. Milliseconds. */
const START_DEADLINE = 120_000
const STOP_DEADLINE = 90_000

export interface Server {
  readonly name: string
  readonly url: string
  readonly pid: number
  /** The last lines that it wrote, to either stream. */
  readonly output: readonly string[]
  /** False once it has ended, whatever the reason. */
  readonly alive: boolean
  /** Asks it to end and waits; the exit code. */
  stop (): Promise<number | null>
}

async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

interface Command {
  readonly name: string
  /** A path that answers 200 when it is ready. */
  readonly health: string
  command (port: number): { file: string, args: readonly string[], environment: Readonly<Record<string, string>> }
}

const LINES_KEPT = 1000

async function start ({ name, health, command }: Command): Promise<Server> {
  const port = await freePort()
  const { file, args, environment } = command(port)
  const child: ChildProcess = spawn(file, [...args], {
    cwd: path('../../..'), env: { ...process.env, NODE_OPTIONS: '', ...environment }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  for (const stream of [child.stdout!, child.stderr!]) {
    let rest = ''
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      output.push(...lines)
      output.splice(0, output.length - LINES_KEPT)
    })
  }
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const isAlive = () => child.exitCode === null && child.signalCode === null
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + START_DEADLINE
  while (!await answers(`${url}${health}`)) {
    if (!isAlive()) throw new Error(`${name} ended before it was ready: ${output.slice(-20).join('\n')}`)
    if (Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`${name} was not ready within ${START_DEADLINE / 1e3} s: ${output.slice(-20).join('\n')}`)
    }
    await delay(50)
  }
  return {
    name,
    url,
    pid: child.pid!,
    output,
    get alive () { return isAlive() },
    async stop () {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE)
      const code = await ended
      clearTimeout(timer)
      return code
    },
  }
}

async function answers (url: string): Promise<boolean> {
  try {
    const response = await fetch(url)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

export interface ServiceOptions {
  readonly repository: string
  /** Default: `dist`, what runs in production. `sources`: without a build, as tests do. */
  readonly from?: 'dist' | 'sources'
  readonly settings?: Readonly<Record<string, string>>
}

/** This project's service with its default settings, but what `settings` says. */
export async function startService ({ repository, from = 'dist', settings = {} }: ServiceOptions): Promise<Server> {
  const built = path('../../../server/dist/main.js')
  if (from === 'dist' && !existsSync(built)) throw new Error('the service is not built: npm run build')
  const args = from === 'dist'
    ? [built]
    // On Node 20 worker threads do not get tsx from --import=tsx.
    : [`--import=${new URL('../../server/workers-from-source.mjs', import.meta.url).href}`,
        ...sourceArguments('../../../server/main.ts', import.meta.url)]
  return await start({
    name: 'ours',
    health: '/v2/health/ready',
    command: port => ({
      file: process.execPath,
      args,
      environment: {
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: String(port),
        PVAE_REPOSITORY: repository,
        LOG_LEVEL: 'warn',
        ...settings,
      },
    }),
  })
}

/** FastAPI on one uvicorn worker. */
export async function startPeer (python: string, repository: string, { accessLog = false } = {}): Promise<Server> {
  return await start({
    name: 'peer',
    health: '/health',
    command: port => ({
      file: python,
      args: [
        '-m', 'uvicorn', 'peer:app', '--app-dir', path('.'),
        '--host', '127.0.0.1', '--port', String(port), '--workers', '1',
        '--log-level', accessLog ? 'info' : 'warning', accessLog ? '--access-log' : '--no-access-log',
      ],
      environment: { PEER_REPOSITORY: repository, PYTHONDONTWRITEBYTECODE: '1' },
    }),
  })
}

/** A Fastify route that takes the body and answers a few bytes: what HTTP alone costs in Node. */
export async function startBare (): Promise<Server> {
  return await start({
    name: 'bare',
    health: '/health',
    command: port => ({
      file: process.execPath,
      args: sourceArguments('bare.ts', import.meta.url, String(port)),
      environment: { NODE_ENV: 'production' },
    }),
  })
}
