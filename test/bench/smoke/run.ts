import { spawn } from 'node:child_process'
import { availableParallelism, loadavg } from 'node:os'
import { text } from 'node:stream/consumers'
import { timeLimit } from '../../run/file.js'
import type { Benchmark } from './benchmarks.js'
import { problemsOf, skippedIn } from './verdict.js'

export interface SmokeResult {
  readonly name: string
  readonly seconds: number
  /** What is wrong; nothing where all is well. */
  readonly problems: readonly string[]
  /** Peers that it could not run, with the reason. */
  readonly skipped: readonly string[]
  /** What it printed, to either stream. */
  readonly output: string
}

/** Runs a benchmark with tiny inputs by its own command, and judges what it prints. */
export async function runSmoke (
  { name, command }: Benchmark, expected: readonly string[] | undefined, directory: string
): Promise<SmokeResult> {
  const started = performance.now()
  const limit = timeLimit(loadavg()[0]!, availableParallelism())
  const child = spawn(`${command} --smoke`, {
    cwd: directory,
    shell: true,
    // A group of its own, so that what it started ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = () => { if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL') }
  const interrupt = () => {
    stop()
    process.exit(1)
  }
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const timer = setTimeout(stop, limit * 1000)
  const ended = new Promise<{ code: number | null, signal: string | null }>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal }))
  })
  const [end, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  clearTimeout(timer)
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  return {
    name,
    seconds: (performance.now() - started) / 1000,
    problems: problemsOf({ ...end, stdout }, expected),
    skipped: skippedIn(stdout),
    output: stdout + stderr,
  }
}
