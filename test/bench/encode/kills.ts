/** Kills at random moments, of processes that encode and of the Redis between them, and what is left after them. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom } from '../../helpers/linear-model.js'

/** A digest of all that is the same however the work was shared. */
export async function digestOf (folder: string): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    // What begins with a dot a killed process has left.
    if (/^(?!.*\/\.).*\.(json|jsonl|parquet)$/.test(name)) hash.update(name).update(await readFile(join(folder, name)))
  }
  return hash.digest('hex')
}

export type Start = () => ChildProcess

export const start = (argv: readonly string[]): ChildProcess =>
  spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'ignore'] })

const isOver = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

/**
 * Keeps so many processes at work, and kills one of them at a random moment, again and again; then lets the others
 * finish. @param longest seconds that one may live
 */
export async function killAtRandom (
  processes: readonly Start[], kills: number, longest: number, seed: number
): Promise<void> {
  const random = createRandom(seed)
  const running = processes.map(begin => begin())
  for (let kill = 0; kill < kills; kill++) {
    await new Promise(resolve => setTimeout(resolve, 1000 * longest * random()))
    const at = Math.floor(random() * running.length)
    const child = running[at]!
    if (!isOver(child)) {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    running[at] = processes[at]!()
  }
  for (const child of running) if (!isOver(child)) await once(child, 'close')
}
