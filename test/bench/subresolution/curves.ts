import { join } from 'node:path'
import type { DataSplits } from '../../../trainer/data/dataset.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { trainOnce } from '../../../trainer/run/train-once.js'
import { runLines } from '../../../trainer/cli/terminal/run-lines.js'
import { parseEpochRecords } from '../../../trainer/fit/record.js'
import { createRun } from '../../../trainer/fit/run-directory.js'
import type { Phase, Variant } from './variants.js'

/** How good a variant is after so many steps, on the test images at full resolution. */
export interface Point {
  readonly step: number
  /** CPU seconds of that many steps. */
  readonly seconds: number
  /** −ELBO, nats an image. */
  readonly loss: number
  readonly mse: number
}

export interface TrainingOptions {
  /** CPU milliseconds of a step, of each phase. */
  readonly stepMilliseconds: readonly number[]
  readonly data: DataSplits
  readonly runs: string
  /** Of the run. */
  readonly name: string
  readonly threads: number
}

/** Trains a variant and measures it after every epoch. */
export async function trainVariant ({ config, phases }: Variant, options: TrainingOptions): Promise<Point[]> {
  const { stepMilliseconds, data, runs, name, threads } = options
  const run = await createRun({ runs, name }, config)
  try {
    await trainOnce({
      config,
      network: createNetwork(config.model, data.train.shape),
      data,
      run,
      command: 'bench:subresolution',
      chosen: { device: 'cpu' },
      options: { engine: { kind: 'compiled', threads }, tensorboard: false, evaluateEvery: 1 },
    }, {
      observer: runLines({ stdout: process.stdout, stderr: process.stderr, directory: join(runs, '..') }),
      signal: new AbortController().signal,
    })
    return parseEpochRecords(await run.readLog()).map(({ step, test }) => ({
      step, seconds: secondsOf(step, phases, stepMilliseconds), loss: test!.reconstruction + test!.kl, mse: test!.mse,
    }))
  } finally {
    await run.close()
  }
}

export function secondsOf (steps: number, phases: readonly Phase[], stepMilliseconds: readonly number[]): number {
  let [left, milliseconds] = [steps, 0]
  for (const [i, { steps: most }] of phases.entries()) {
    const taken = Math.min(left, most)
    milliseconds += taken * stepMilliseconds[i]!
    left -= taken
  }
  return milliseconds / 1000
}

/** The value of a curve at `seconds`, between its points on a line; its last one beyond. */
export function valueAt (points: readonly Point[], seconds: number, key: 'loss' | 'mse'): number {
  const next = points.findIndex(point => point.seconds >= seconds)
  if (next < 0) return points.at(-1)![key]
  if (next === 0) return points[0]![key]
  const [a, b] = [points[next - 1]!, points[next]!]
  return a[key] + (b[key] - a[key]) * (seconds - a.seconds) / (b.seconds - a.seconds)
}
