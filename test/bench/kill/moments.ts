/** When a process is killed: moments that are drawn, and moments that are waited for. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../../../trainer/random/index.js'
import type { Pvae } from '../../helpers/pvae-process.js'
import type { Subject } from './subjects.js'

export const KINDS = ['start', 'training', 'checkpoint', 'growth', 'finish'] as const
export type MomentKind = typeof KINDS[number]

/** How long the parts of a run take that nobody stops, in milliseconds: start-up, training, and what comes after. */
export interface Durations {
  readonly start: number
  readonly training: number
  readonly finish: number
}

/** The engine is made: training begins. */
const STARTED = '\nrun: '
/** Milliseconds. A model grows, and its new graph is compiled, within about this time. */
const GROWTH = 1500

export interface Watched {
  readonly subject: Subject
  /** The run's folder. */
  readonly path: string
  readonly durations: Durations
  /** What stderr says when the last epoch of the run is over. */
  readonly isTrained: (stderr: string) => boolean
}

/** Watches a run that nobody stops. */
export async function measureDurations (process: Pvae, isTrained: Watched['isTrained']): Promise<Durations> {
  const began = performance.now()
  await process.saw(STARTED)
  const started = performance.now()
  await until(process, () => isTrained(process.stderr()))
  const trained = performance.now()
  await process.ended
  return { start: started - began, training: trained - started, finish: performance.now() - trained }
}

/** Kills the process at a moment of that kind, unless it ends before. @returns whether it was killed */
export async function strike (process: Pvae, kind: MomentKind, random: Random, watched: Watched): Promise<boolean> {
  const { subject, path, durations, isTrained } = watched
  const somewhere = (milliseconds: number) => until(process, () => false, random.uniform() * milliseconds)
  const files = () => subject.checkpoints.flatMap(folder => filesIn(join(path, folder)))
  const started = () => until(process, () => process.stderr().includes(STARTED))
  switch (kind) {
    case 'start':
      await somewhere(1.1 * durations.start)
      break
    case 'training':
      await started()
      await somewhere(durations.training)
      break
    case 'checkpoint': {
      // Of the checkpoints to come, one.
      await started()
      await somewhere(durations.training / 2)
      await until(process, () => files().some(name => name.endsWith('.tmp')))
      break
    }
    case 'growth': {
      // Not one that was there when the process began: its growth is over.
      const before = files().includes(subject.beforeGrowth!)
      await until(process, () => !before && files().includes(subject.beforeGrowth!))
      await somewhere(GROWTH)
      break
    }
    case 'finish':
      await until(process, () => isTrained(process.stderr()))
      await somewhere(durations.finish)
  }
  process.child.kill('SIGKILL')
  return (await process.ended).signal === 'SIGKILL'
}

/**
 * Until it holds, the time is over, or the process ends. Looks every millisecond: a checkpoint is written within a
 * few.
 */
async function until (process: Pvae, holds: () => boolean, milliseconds = Infinity): Promise<void> {
  const end = performance.now() + milliseconds
  while (process.isAlive() && performance.now() < end && !holds()) await delay(1)
}

function filesIn (directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
