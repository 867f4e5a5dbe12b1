/** Has the workers of a queue run a study's trials, and waits until they have. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkQueue } from '@partition-vae/collections/queue'
import { TrainerError } from '../../foundation/errors.js'
import { countLeft } from '../study/claim.js'
import type { Study } from '../study/study.js'
import { checkHope } from '../study/work.js'
import { pieceIdsOf, type TrialPiece } from './piece.js'

/** Milliseconds between two looks at the study and at the queue. */
const LOOK = 1000
/** Milliseconds that a Redis which is away may keep the command from its end. */
const PATIENCE = 5000

export interface QueuedStudyOptions {
  readonly piece: TrialPiece
  /** By `performance.now()`: no trial begins after it. */
  readonly until: number
  readonly signal: AbortSignal
  /** Told why a worker could not run a trial, after its last try. */
  readonly onGivenUp?: (reason: string) => void
}

/**
 * Keeps as many pieces in the queue as trials are left. Which trial one of them becomes is the journal's to say, so
 * that processes without the queue can help. Several may ask for the same study.
 * @throws TrainerError PVAE_WORKER_LOST where workers gave up all that is left; PVAE_CONFIG_INVALID where the first
 * trials all failed
 */
export async function queueStudy (
  study: Study, queue: WorkQueue, { piece, until, signal, onGivenUp }: QueuedStudyOptions
): Promise<void> {
  const prefix = pieceIdsOf(piece)
  const givenUp = new Set<string>()
  const countWanted = () =>
    countLeft(study.state(), { trials: piece.trials, begins: performance.now() < until })
  let tending: Promise<void> | undefined
  let fault: unknown
  try {
    for (let isFirst = true; ; isFirst = false) {
      await study.refresh()
      checkHope(study)
      if (countWanted() === 0) break
      // Not awaited: while Redis is away it waits, and the study may come to its end meanwhile.
      tending ??= tend(isFirst).catch(error => { fault = error }).finally(() => { tending = undefined })
      await sleep(LOOK, undefined, { signal }).catch(() => {})
      if (signal.aborted) break
      if (fault !== undefined) throw fault
    }
  } finally {
    const withdrawing = (tending ?? Promise.resolve()).then(withdraw).catch(() => {})
    await Promise.race([withdrawing, sleep(PATIENCE, undefined, { ref: false })])
  }

  /** Puts into the queue what is missing there: at first all, later what a Redis has lost. */
  async function tend (isFirst: boolean): Promise<void> {
    const open = new Set(await queue.open(prefix))
    const all = Array.from({ length: open.size + givenUp.size + countWanted() }, (_, n) => `${prefix}${n}`)
    const free = all.filter(id => !open.has(id))
    const failures = isFirst ? new Map<string, string>() : await queue.failures(free)
    for (const [id, reason] of failures) {
      if (givenUp.has(id)) continue
      givenUp.add(id)
      onGivenUp?.(reason)
    }
    const wanted = countWanted()
    const ids = free.filter(id => !givenUp.has(id)).slice(0, Math.max(0, wanted - open.size - givenUp.size))
    if (ids.length > 0) await queue.add(ids.map(id => ({ id, data: piece })))
    else if (open.size === 0 && givenUp.size > 0) {
      throw new TrainerError('PVAE_WORKER_LOST', `expected all trials to be run but ${wanted} of ${piece.trials} were ` +
        'given up (see above); what was done is kept: go on with the same command')
    }
  }

  /** Nobody waits for them any more. */
  async function withdraw (): Promise<void> {
    await queue.withdraw(await queue.open(prefix))
  }
}
