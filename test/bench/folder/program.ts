import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { sourceArguments } from '../source-process.js'

const PROGRAMS = {
  build: (input: string) => sourceArguments('build.ts', import.meta.url, input),
  steps: (input: string) => sourceArguments('steps.ts', import.meta.url, input),
  /** Of the built sources: what compiles them while they are loaded would count as theirs. */
  arrays: (input: string) => [fileURLToPath(new URL('../arrays/read.mjs', import.meta.url)), input],
}

export type Program = keyof typeof PROGRAMS
/** Told of each line of JSON that a program prints; may kill it. */
export type LineListener = (line: unknown, kill: () => void) => void

/**
 * Runs a program in a process of its own: its last line of JSON.
 * @throws Error where it fails, but not killed
 */
export async function runProgram (program: Program, input: object, onLine: LineListener = () => {}): Promise<unknown> {
  const child = spawn(process.execPath, PROGRAMS[program](JSON.stringify(input)), {
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
