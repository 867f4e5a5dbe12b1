import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { sourceArguments } from '../source-process.js'

export type Program = 'build' | 'steps'
/** Told of each line of JSON that a program prints; may kill it. */
export type LineListener = (line: unknown, kill: () => void) => void

/**
 * Runs a program of this folder in a process of its own: its last line of JSON.
 * @throws Error where it fails, but not killed
 */
export async function runProgram (program: Program, input: object, onLine: LineListener = () => {}): Promise<unknown> {
  const child = spawn(process.execPath, sourceArguments(`${program}.ts`, import.meta.url, JSON.stringify(input)), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let last: unknown
  createInterface({ input: child.stdout }).on('line', line => {
    last = JSON.parse(line)
    onLine(last, () => child.kill('SIGKILL'))
  })
  const [code, signal] = await once(child, 'close')
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`${program} ended with ${code ?? signal}`)
  return last
}
