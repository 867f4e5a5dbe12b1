import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Milliseconds a step, and the process's peak memory in MiB so far. */
export interface Measurement { readonly wall: number, readonly cpu: number, readonly memory: number }

/** A process that runs training steps on demand. */
export interface Racer {
  readonly name: string
  readonly parameters: number
  run(steps: number): Promise<Measurement>
  stop(): void
}

/** Resolves when the process has warmed up. */
export async function startRacer (name: string, process: ChildProcess): Promise<Racer> {
  const lines = createInterface({ input: process.stdout! })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error(`${name} ended early`)
    return JSON.parse(value)
  }
  const { parameters } = await next()
  return {
    name,
    parameters,
    run (steps) {
      process.stdin!.write(`${steps}\n`)
      return next()
    },
    stop: () => process.stdin!.end(),
  }
}

/** Runs the racers in turn, about `seconds` in all; measurements by racer, then round. */
export async function race (racers: readonly Racer[], seconds: number): Promise<Measurement[][]> {
  const measurements = racers.map((): Measurement[] => [])
  const end = performance.now() + seconds * 1e3
  // A turn of at least a fifth of a second, so that what else the machine does evens out.
  const trial = await racers[0]!.run(1)
  const steps = Math.max(1, Math.ceil(200 / trial.wall))
  for (let round = 0; round < 3 || performance.now() < end; round++) {
    for (const [i, racer] of racers.entries()) measurements[i]!.push(await racer.run(steps))
  }
  return measurements
}
