import { join } from 'node:path'
import { createDirectory, writeFileAtomic } from '../foundation/files.js'
import type { Recording } from './profile-recording.js'
import { summarize, type ProfileSummary } from '../profile/summary.js'
import { describeProfile, operationsCsv } from '../profile/table.js'
import { traceEvents } from '../profile/trace.js'

/**
 * Ends a recording and writes it: `profile.txt` (where the time goes), `operations.csv` (every operation), `trace.json`
 * (for Perfetto, Chrome's tracing and speedscope).
 * @returns undefined where no step was recorded
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE
 */
export async function writeProfile (
  directory: string,
  recording: Pick<Recording, 'end' | 'timeline'>
): Promise<ProfileSummary | undefined> {
  const profile = await recording.end()
  if (profile.length === 0) return undefined
  const summary = summarize(profile)
  await createDirectory(directory)
  await writeFileAtomic(join(directory, 'profile.txt'), `${describeProfile(summary)}\n`)
  await writeFileAtomic(join(directory, 'operations.csv'), operationsCsv(summary))
  await writeFileAtomic(join(directory, 'trace.json'), JSON.stringify(traceEvents(profile, recording.timeline.spans)))
  return summary
}
