/** The command line as a process of its own, as built: what signals and kills do to it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))

export interface Pvae {
  readonly child: ChildProcess
  readonly stderr: () => string
  readonly stdout: () => string
  readonly ended: Promise<{ code: number | null, signal: NodeJS.Signals | null }>
  readonly isAlive: () => boolean
  /** Until stderr has this text; fails when the process ends before. */
  saw (text: string): Promise<void>
}

export interface PvaeOptions {
  /** A shell's words before the command, e.g. `ulimit -f 64`. */
  readonly within?: string
}

/** @param argv what follows `pvae` */
export function pvae (argv: readonly string[], { within }: PvaeOptions = {}): Pvae {
  const node = [process.execPath, '--enable-source-maps', 'trainer/dist/cli/main.js', ...argv]
  const [file, ...args] = within === undefined ? node : ['sh', '-c', `${within}; exec "$0" "$@"`, ...node]
  const child = spawn(file!, args, { cwd: project })
  let stderr = ''
  let stdout = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  const ended = once(child, 'close').then(
    ([code, signal]) => ({ code, signal }) as { code: number | null; signal: NodeJS.Signals | null }
  )
  return {
    child,
    stderr: () => stderr,
    stdout: () => stdout,
    ended,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async saw (text) {
      while (!stderr.includes(text)) {
        const over = await Promise.race([once(child.stderr, 'data').then(() => false), ended.then(() => true)])
        if (over && !stderr.includes(text)) throw new Error(`ended without ${text}: ${stderr}`)
      }
    },
  }
}
