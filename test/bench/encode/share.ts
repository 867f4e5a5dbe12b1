/** Several processes on the same pictures: what sharing costs, by leases in a folder and by a queue. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { startRedis } from '../../collections/redis.js'
import { measureTree } from '../serve/tree.js'

interface SharedCost {
  readonly seconds: number
  /** User and system time of all processes, Redis included. */
  readonly cpu: number
}

async function measured (work: () => Promise<void>): Promise<SharedCost> {
  const cpu = measureTree(process.pid)!.cpu
  const started = performance.now()
  await work()
  return { seconds: (performance.now() - started) / 1000, cpu: measureTree(process.pid)!.cpu - cpu }
}

interface Begun {
  readonly child: ChildProcess
  /** @throws Error where it fails, with what it said */
  readonly ended: Promise<void>
}

function begin (argv: readonly string[]): Begun {
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', text => { said += String(text) })
  const ended = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`a process ended with ${String(code)}: ${said}`)
  })
  return { child, ended }
}

/** @param argv the command that each of them is given */
export async function measureFolder (processes: number, argv: readonly string[]): Promise<SharedCost> {
  return await measured(async () => {
    await Promise.all(Array.from({ length: processes }, () => begin(argv).ended))
  })
}

/**
 * @param worker arguments of each worker, and
 * @param asks of who puts the shards into the queue, without the address of Redis
 */
export async function measureQueue (
  workers: number, worker: readonly string[], asks: readonly string[], home: string
): Promise<SharedCost> {
  const ends: Array<() => unknown> = []
  mkdirSync(home)
  const redis = await startRedis({ teardown: end => ends.push(end) }, home)
  return await measured(async () => {
    const children = Array.from({ length: workers }, () => begin([...worker, '--queue', redis.url]))
    await begin([...asks, '--queue', redis.url]).ended
    for (const { child } of children) child.kill('SIGTERM')
    await Promise.all(children.map(({ ended }) => ended))
    for (const end of ends) await end()
  })
}
