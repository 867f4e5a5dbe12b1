/** A command's cost: with all processes that it starts. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { measureTree } from '../serve/tree.js'

export interface Cost {
  readonly seconds: number
  /** User and system time. */
  readonly cpu: number
  /** Sum of the largest resident sets of all processes, MiB. */
  readonly memory: number
}

/** Milliseconds between two looks at the memory. */
const LOOK = 200

/** @throws Error for a command that fails, with what it said */
export async function measureCommand (file: string, argv: readonly string[]): Promise<Cost> {
  const before = measureTree(process.pid)!.cpu
  const started = performance.now()
  const child = spawn(file, argv, { stdio: ['ignore', 'ignore', 'pipe'] })
  let [memory, said] = [0, '']
  child.stderr.on('data', text => { said += String(text) })
  const timer = setInterval(() => { memory = Math.max(memory, measureTree(child.pid!)?.peakMemory ?? 0) }, LOOK)
  const [code] = await once(child, 'close')
  clearInterval(timer)
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${said}`)
  return {
    seconds: (performance.now() - started) / 1000,
    cpu: measureTree(process.pid)!.cpu - before,
    memory: memory / 2 ** 20,
  }
}
