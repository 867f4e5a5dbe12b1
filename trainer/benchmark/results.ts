/** What is known of a benchmark's runs: a file each, written once it is over. */
import { readdir, readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { readCapacity } from '@partition-vae/collections/capacity'
import { invalid } from '../config/invalid.js'
import { parseRunConfig } from '../config/resolve.js'
import type { RunConfig } from '../config/schema.js'
import { packageVersions } from '../export/versions.js'
import { createDirectory, writeFileAtomic } from '../foundation/files.js'
import type { Metrics } from '../measure/metrics-schema.js'
import type { BenchmarkRun, Contestant } from './contestants.js'

export interface Machine {
  readonly processor: string
  /** That the run could use. */
  readonly cores: number
  /** Threads of the training step; undefined for all cores. */
  readonly threads?: number | undefined
  readonly packages: Readonly<Record<string, string>>
}

export interface RunResult {
  /** The run's name, which its folder in `runs` has too. */
  readonly run: string
  readonly contestant: Pick<Contestant, 'name' | 'title'>
  readonly seed: number
  /** What was asked of the config, without what the images decided. */
  readonly asked: RunConfig
  /** The model as it was trained. */
  readonly model: RunConfig['model']
  readonly machine: Machine
  readonly seconds: {
    readonly training: number
    /** Measuring, drawing figures and writing the report; absent where the process was lost in the midst of it. */
    readonly measuring?: number
  }
  readonly steps: number
  /** Absent where it could not be trained, which `error` says. */
  readonly metrics?: Metrics
  readonly error?: string
}

/** The folder of all runs of a benchmark. */
export const RUNS = 'runs'

/** The folder of the results within a benchmark's. */
const RESULTS = 'results'

/** @throws TrainerError PVAE_OUTPUT_UNWRITABLE */
export async function writeResult (directory: string, result: RunResult): Promise<void> {
  await createDirectory(join(directory, RESULTS))
  await writeFileAtomic(join(directory, RESULTS, `${result.run}.json`), `${JSON.stringify(result, null, 2)}\n`)
}

/** Reads all results that there are, by name of the run. */
export async function readResults (directory: string): Promise<Map<string, RunResult>> {
  const folder = join(directory, RESULTS)
  const files = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.json')).sort()
  const results = await Promise.all(files.map(async file => {
    const path = join(folder, file)
    try {
      const result = JSON.parse(await readFile(path, 'utf8')) as RunResult
      // Options that came after the benchmark began had their defaults then.
      const { model } = parseRunConfig({ ...result.asked, model: result.model })
      return { ...result, asked: parseRunConfig(result.asked), model }
    } catch (error) {
      throw invalid(`the result ${path}`, 'what pvae benchmark wrote', (error as Error).message, { cause: error })
    }
  }))
  return new Map(results.map(result => [result.run, result]))
}

/**
 * Checks that a run that is over is the one that is asked for.
 * @throws TrainerError PVAE_CONFIG_INVALID naming the field in which they part
 */
export function checkSameRun ({ name, seed, contestant: { asked } }: BenchmarkRun, { asked: begun }: RunResult): void {
  const apart = firstDifference(begun, { ...asked, seed }, '')
  if (apart === undefined) return
  const [path, before, now] = apart
  throw invalid(
    `${path} of the run ${name}`,
    `${JSON.stringify(before)}, as the benchmark began,`,
    `${JSON.stringify(now)}; begin another benchmark with --benchmark NAME`
  )
}

/**
 * Checks that all results of a folder are of the same images: only then do they belong into one table.
 * @throws TrainerError PVAE_CONFIG_INVALID naming the field in which they part
 */
export function checkSameData (runs: readonly BenchmarkRun[], results: ReadonlyMap<string, RunResult>): void {
  const { data } = runs[0]!.contestant.asked
  for (const { run, asked } of results.values()) {
    const apart = firstDifference(asked.data, data, 'data')
    if (apart === undefined) continue
    const [path, before, now] = apart
    throw invalid(
      path,
      `${JSON.stringify(before)}, which the run ${run} of this benchmark has,`,
      `${JSON.stringify(now)}; begin another benchmark with --benchmark NAME`
    )
  }
}

/** Finds the first field in which two plain values part: its path, and both values. */
function firstDifference (a: unknown, b: unknown, path: string): [path: string, a: unknown, b: unknown] | undefined {
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
  if (!isObject(a) || !isObject(b)) return a === b ? undefined : [path, a, b]
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const apart = firstDifference(a[key], b[key], path === '' ? key : `${path}.${key}`)
    if (apart !== undefined) return apart
  }
  return undefined
}

/** Says what a run is trained on. threads: of the training step */
export function describeMachine (threads: number | undefined): Machine {
  const processor = cpus()[0]?.model.trim() || process.arch
  const { cores } = readCapacity()
  return { processor, cores, ...threads !== undefined && { threads }, packages: packageVersions() }
}
