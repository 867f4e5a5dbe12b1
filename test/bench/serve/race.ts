/** Alternating runs: A B C, A B C, …, so that whatever else the machine does hits every side alike. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { sourceArguments } from '../source-process.js'
import type { LoadJob, LoadRequest, LoadResult } from './load.js'
import type { Server } from './processes.js'
import { measureTree } from './tree.js'

export interface LoadGenerator {
  run (job: LoadJob): Promise<LoadResult>
  stop (): void
}

export function startLoadGenerator (): LoadGenerator {
  const program = sourceArguments('load.ts', import.meta.url)
  const child = spawn(process.execPath, program, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async run (job) {
      child.stdin.write(`${JSON.stringify(job)}\n`)
      const { value, done } = await lines.next()
      if (done === true) throw new Error('the load generator ended early')
      return JSON.parse(value) as LoadResult
    },
    stop: () => child.stdin.end(),
  }
}

/** One run of one side. */
export interface Sample {
  /** Answered requests per second. */
  readonly throughput: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Microseconds of the whole process tree for each answered request; undefined where the system does not say. */
  readonly cpu: number | undefined
  /** Not answered with 2xx. */
  readonly failed: number
}

export interface RaceOptions {
  readonly connections: number
  readonly seconds: number
  readonly rounds: number
  /** Seconds for each side before the first round: code that is not yet compiled costs several times as much. */
  readonly warmUp: number
  readonly requests: readonly LoadRequest[]
}

async function sample (load: LoadGenerator, { url, pid }: Server, options: RaceOptions): Promise<Sample> {
  const { connections, seconds, requests } = options
  const before = measureTree(pid)
  const { answered, failed, seconds: taken, p50, p99 } = await load.run({ url, connections, seconds, requests })
  const after = measureTree(pid)
  const cpu = before === undefined || after === undefined ? undefined : (after.cpu - before.cpu) / answered * 1e6
  return { throughput: answered / taken, p50, p99, cpu, failed }
}

type Samples = Sample[]

/** Runs each to warm up, then `rounds` of each in turn: the samples of each side, in the order of `servers`. */
export async function race (load: LoadGenerator, servers: readonly Server[], options: RaceOptions): Promise<Samples[]> {
  for (const server of servers) await sample(load, server, { ...options, seconds: options.warmUp })
  const samples = servers.map((): Samples => [])
  for (let round = 0; round < options.rounds; round++) {
    for (const [i, server] of servers.entries()) samples[i]!.push(await sample(load, server, options))
  }
  return samples
}
