import { spawn } from 'node:child_process'
import { availableParallelism, loadavg } from 'node:os'
import { text } from 'node:stream/consumers'
import { Parser, type Result } from 'tap-parser'

/** Seconds that a file may take on a machine with a processor for each process that wants one. */
const TIMEOUT = 240

/**
 * Seconds that a file may take before it counts as hanging: more where processes have to share processors.
 * @param load processes that want a processor, on average over the last minute
 */
export function timeLimit (load: number, processors: number): number {
  return Math.ceil(TIMEOUT * Math.max(1, load / processors))
}

export interface FileResult {
  readonly passed: number
  readonly failed: number
  readonly seconds: number
  /** What it printed that is no passed assertion: empty where all is well and quiet. */
  readonly report: string
  /** Its TAP. */
  readonly output: string
  /** What it wrote to stderr. */
  readonly errors: string
}

/**
 * Runs one test file in a process of its own and counts its assertions, those of subtests one by one.
 * @param signal ends it, as Ctrl-C would
 */
export async function runFile (script: string, directory: string, signal?: AbortSignal): Promise<FileResult> {
  const started = performance.now()
  // tap itself reports what it waits for, a little before the process is killed.
  const limit = timeLimit(loadavg()[0]!, availableParallelism())
  const child = spawn(process.execPath, ['--enable-source-maps', script], {
    cwd: directory, env: { ...process.env, TAP: '1', TAP_TIMEOUT: String(limit) }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), (limit + 10) * 1000)
  const stop = () => child.kill('SIGTERM')
  signal?.addEventListener('abort', stop)
  const ended = new Promise<string | null>((resolve, reject) => child.on('error', reject).on('exit', (code, signal) => {
    resolve(code === 0 ? null : signal === null ? `exited with ${code}` : `was ended by ${signal}`)
  }))
  const [problem, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  clearTimeout(timer)
  signal?.removeEventListener('abort', stop)
  const { passed, failed, complete } = countAssertions(output)
  const faults = [problem, complete ? null : 'asserted nothing, or not all that it planned'].filter(
    fault => fault !== null
  )
  const sound = failed === 0 && faults.length === 0
  return {
    passed,
    failed: sound ? 0 : Math.max(failed, 1),
    seconds: (performance.now() - started) / 1000,
    report:
      errors +
      (sound ? '' : output.replace(/^ *ok .*\n/gm, '') + faults.map(fault => `${script} ${fault}\n`).join('')),
    output,
    errors,
  }
}

/**
 * Leaves only, since a subtest's closing line repeats what its assertions said, and not those that are skipped.
 * `complete`: the plan was kept, and had anything in it.
 */
export function countAssertions (tap: string): {
  readonly passed: number
  readonly failed: number
  readonly complete: boolean
} {
  let passed = 0
  let failed = 0
  let skipped = 0
  const count = (parser: Parser) =>
    parser
      .on('assert', ({ ok, closingTestPoint, skip }: Pick<Result, 'ok' | 'closingTestPoint' | 'skip'>) => {
        if (closingTestPoint) return
        if (skip !== false) skipped++
        else if (ok) passed++
        else failed++
      })
      .on('child', count)
  const parser = new Parser()
  count(parser)
  parser.end(tap)
  return { passed, failed, complete: passed + failed + skipped > 0 && (parser.results!.ok || failed > 0) }
}
