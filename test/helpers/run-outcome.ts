import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TrainingState } from '../../trainer/foundation/training-state.js'
import { readRestarts, type Restarts } from '../../trainer/fit/attempts.js'
import { openCheckpoints } from '../../trainer/fit/checkpoints.js'
import { parseEpochRecords, type EpochRecord } from '../../trainer/fit/record.js'

/** What a run came to, without what the clock decides: equal for equal runs, however often they were stopped. */
export interface RunOutcome {
  readonly state: TrainingState
  readonly log: ReadonlyArray<Omit<EpochRecord, 'imagesPerSecond' | 'trainedSeconds'>>
  readonly restarts: Restarts | undefined
}

export async function outcomeOf (runs: string, name: string): Promise<RunOutcome> {
  const path = join(runs, name)
  const latest = await openCheckpoints(join(path, 'checkpoints')).loadLatest(error => { throw error })
  const records = parseEpochRecords(await readFile(join(path, 'log.jsonl'), 'utf8'))
  const timeless = ({ imagesPerSecond, trainedSeconds, ...record }: EpochRecord) => record
  return { state: latest!.checkpoint.state, log: records.map(timeless), restarts: await readRestarts(path) }
}
