import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Readable } from 'node:stream'
import type { Scope } from './service.js'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

export interface ServiceProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  /** Lines of its log so far. */
  readonly lines: Array<Record<string, unknown>>
  readonly stderr: () => string
  /** The first line that has this text in its message; rejects if the process ends before. */
  line (text: string): Promise<Record<string, unknown>>
  /** Resolves when it has ended. */
  readonly ended: Promise<{ code: number | null, signal: NodeJS.Signals | null }>
}

/** The built service as a process of its own. */
export function spawnService (t: Scope, environment: Readonly<Record<string, string>>): ServiceProcess {
  const child = spawn(process.execPath, [
    '--enable-source-maps', path('../../server/dist/main.js'),
  ], {
    cwd: path('../..'),
    env: { ...process.env, NODE_OPTIONS: '', HOST: '127.0.0.1', PORT: '0', PVAE_WORKERS: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: ServiceProcess['lines'] = []
  let rest = ''
  let errors = ''
  let notify = () => {}
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop()!
    for (const part of parts) lines.push(JSON.parse(part))
    notify()
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => { errors += chunk })
  const ended = new Promise<Awaited<ServiceProcess['ended']>>(resolve => child.on('close', (code, signal) => {
    resolve({ code, signal })
    notify()
  }))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    child,
    lines,
    stderr: () => errors,
    ended,
    line: text => new Promise((resolve, reject) => {
      notify = () => {
        const found = lines.find(({ msg }) => typeof msg === 'string' && msg.includes(text))
        if (found !== undefined) resolve(found)
        else if (child.exitCode !== null) reject(new Error(`the process ended before it said '${text}': ${errors}`))
      }
      notify()
    }),
  }
}

/** Where it listens, once it does. */
export async function addressOf (service: ServiceProcess): Promise<string> {
  const { msg } = await service.line('Server listening at')
  return /http:\S+/.exec(msg as string)![0]
}
