import { open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { didYouMean } from '@partition-vae/models'
import { invalid, parseRunConfig } from '../config/resolve.js'
import type { RunConfig } from '../config/schema.js'
import { validNameOf } from '../config/valid-name.js'
import { isSystemError, TrainerError } from '../foundation/errors.js'
import { createDirectory, writeFileAtomic, writing } from '../foundation/files.js'
import { acquireLock } from '../foundation/lock.js'
import { openCheckpoints, type Checkpoints } from './checkpoints.js'
import type { EpochRecord } from './record.js'

/**
 * `runs/<name>/`: config.json (resolved), versions.json (the origin), log.jsonl (a record an epoch), tensorboard/
 * (event files), checkpoints/, report/ (a page and its figures); of a run with restarts also restarts.json and
 * attempts/<k>/, runs themselves; and lock, while a process works on it.
 */
export interface RunDirectory {
  readonly path: string
  readonly config: RunConfig
  readonly checkpoints: Checkpoints
  readonly report: string
  /** The text of log.jsonl; empty before the first epoch ended. */
  readLog (): Promise<string>
  /** Undefined in the moment between a run's start and its first step. */
  readOrigin (): Promise<RunOrigin | undefined>
}

/** What a run's result depends on beside config and data. */
export interface RunOrigin {
  /** The command that began it. */
  readonly command: string
  readonly engine: string
  /** Why `--device auto` took the device it took, where another was looked for first. */
  readonly device?: string
  /** Of this package, Node and every dependency. */
  readonly packages: Readonly<Record<string, string>>
  /** Of this program's sources; absent in runs of earlier versions. */
  readonly commit?: string
}

/** A run that this process alone may write. */
export interface WritableRun extends RunDirectory {
  appendLog (record: EpochRecord): Promise<void>
  /** Forgets records after `step` (their epochs will be run again), and a line torn by a kill. */
  truncateLog (step: number): Promise<void>
  /** Replaces config.json, when a resumed run goes on with other harmless settings. */
  writeConfig (config: RunConfig): Promise<void>
  writeOrigin (origin: RunOrigin): Promise<void>
  /** Gives up the lock. */
  close (): Promise<void>
}

export interface RunLocation {
  /** The folder of all runs. */
  readonly runs: string
  /** The run's folder in it. */
  readonly name: string
}

/**
 * Starts a run.
 * @param prepare writes into the folder what the run must not be without; the config is written last and makes it a run
 * @throws TrainerError PVAE_RUN_EXISTS, PVAE_RUN_LOCKED, PVAE_OUTPUT_UNWRITABLE, PVAE_CONFIG_INVALID for a name that is
 * no folder name
 */
export async function createRun (
  location: RunLocation,
  config: RunConfig,
  prepare: (path: string) => Promise<void> = async () => {}
): Promise<WritableRun> {
  const path = pathOf(location)
  await createDirectory(path)
  const run = await lockRun(path, config)
  try {
    await checkNewRun(location)
    await prepare(path)
    await run.writeConfig(config)
    return run
  } catch (error) {
    await run.close()
    throw error
  }
}

/** @throws TrainerError PVAE_RUN_EXISTS when the place is taken */
export async function checkNewRun (location: RunLocation): Promise<void> {
  const path = pathOf(location)
  if (await readIfPresent(join(path, 'config.json')) === undefined) return
  throw new TrainerError(
    'PVAE_RUN_EXISTS',
    `expected a new run but found ${path}; continue it with --resume, or begin another model with --name NAME, ` +
      'another run of this one with --run NAME'
  )
}

/**
 * Goes on with a run. @throws TrainerError PVAE_RUN_NOT_FOUND, PVAE_RUN_LOCKED, PVAE_OUTPUT_UNWRITABLE,
 * PVAE_CONFIG_INVALID
 */
export async function resumeRun (location: RunLocation): Promise<WritableRun> {
  const { path, config } = await readRun(location)
  return await lockRun(path, config)
}

/** Looks at a run without claiming it. @throws TrainerError PVAE_RUN_NOT_FOUND, PVAE_CONFIG_INVALID */
export async function readRun (location: RunLocation): Promise<RunDirectory> {
  const path = pathOf(location)
  const text = await readIfPresent(join(path, 'config.json'))
  if (text === undefined) {
    const names = await listRuns(location.runs)
    throw new TrainerError(
      'PVAE_RUN_NOT_FOUND',
      `expected the name of a run in ${location.runs} but received ` +
        `${location.name}${didYouMean(location.name, names)}; there ` +
        `${names.length === 0 ? 'is none' : `are ${names.join(', ')}`}`
    )
  }
  return describeRun(path, parseRunConfig(parseJson(text, join(path, 'config.json'))))
}

function pathOf ({ runs, name }: RunLocation): string {
  const valid = validNameOf(name)
  if (valid === undefined) throw invalid('the name of a run', 'letters, digits and dashes', JSON.stringify(name))
  return join(runs, valid)
}

async function listRuns (runs: string): Promise<string[]> {
  const names = (await list(runs)).sort()
  const contents = await Promise.all(names.map(name => list(join(runs, name))))
  return names.filter((_, i) => contents[i]!.includes('config.json'))
}

function describeRun (path: string, config: RunConfig): RunDirectory {
  return {
    path,
    config,
    checkpoints: openCheckpoints(join(path, 'checkpoints')),
    report: join(path, 'report'),
    readLog: async () => await readIfPresent(join(path, 'log.jsonl')) ?? '',
    async readOrigin () {
      const text = await readIfPresent(join(path, 'versions.json'))
      return text === undefined ? undefined : parseJson(text, join(path, 'versions.json')) as RunOrigin
    },
  }
}

async function lockRun (path: string, config: RunConfig): Promise<WritableRun> {
  const lock = await acquireLock(join(path, 'lock'), 'a run that no other process works on')
  const log = join(path, 'log.jsonl')
  const run = describeRun(path, config)
  for (const directory of [path, run.checkpoints.directory, run.report]) await removeTemporaries(directory)
  return {
    ...run,
    appendLog: record => writing(log, async () => {
      const handle = await open(log, 'a')
      await handle.appendFile(`${JSON.stringify(record)}\n`).finally(() => handle.close())
    }),
    async truncateLog (step) {
      const text = await run.readLog()
      const kept = text.split('\n').filter(line => stepOf(line) <= step).map(line => `${line}\n`).join('')
      if (kept !== text) await writeFileAtomic(log, kept)
    },
    writeConfig: config => writeFileAtomic(join(path, 'config.json'), `${JSON.stringify(config, null, 2)}\n`),
    writeOrigin: origin => writeFileAtomic(join(path, 'versions.json'), `${JSON.stringify(origin, null, 2)}\n`),
    close: () => lock.release(),
  }
}

/** The step of a log line; Infinity for a torn or empty one. */
function stepOf (line: string): number {
  try {
    return (JSON.parse(line) as { step: number }).step
  } catch {
    return Infinity
  }
}

/** What an earlier process left when it was killed while it wrote. */
async function removeTemporaries (directory: string): Promise<void> {
  const names = (await list(directory)).filter(name => name.endsWith('.tmp'))
  await writing(directory, () => Promise.all(names.map(name => rm(join(directory, name), { force: true }))))
}

async function list (directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (isSystemError(error)) return []
    throw error
  }
}

async function readIfPresent (path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw error
  }
}

function parseJson (text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalid(where, 'JSON', (error as Error).message, { cause: error })
  }
}
