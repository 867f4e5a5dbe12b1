import type { Leases } from '@partition-vae/collections/work'
import type { Change } from '../journal/file.js'
import { endTrial, setTrialAttribute } from '../journal/operations.js'
import type { StudyState } from '../journal/replay.js'
import { leaseOf } from './claim.js'

/** Processes that end in the middle of a trial until it is taken for what ends them, as by its need of memory. */
const MOST = 3

/** Counts the processes that a trial has ended, and ends the trial at the last of them. */
export async function noteCrash (
  { trials }: StudyState, leases: Leases, number: number, reason: string
): Promise<Change<void>> {
  const trial = trials[number]
  const lease = trial?.state === 'running' ? await leases.take(leaseOf(number)) : undefined
  // Another process has it already: that one counts for itself.
  if (trial === undefined || lease === undefined) return { operations: [], result: undefined }
  const crashes = Number(trial.userAttributes.get('pvae:crashes') ?? 0) + 1
  const operations = [setTrialAttribute(trial.id, 'pvae:crashes', crashes)]
  if (crashes >= MOST) {
    operations.push(
      setTrialAttribute(trial.id, 'pvae:error', `its process ended with ${reason}, the last of ${crashes} times`),
      endTrial(trial.id, 'fail', null)
    )
  }
  await lease.release()
  return { operations, result: undefined }
}
