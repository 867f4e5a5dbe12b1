/**
 * Records the time that ONNX Runtime takes: it can only write a profile to a file, whose name it completes by the time.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunSpan } from '../profile/runtime-events.js'
import { microseconds } from '../profile/timeline.js'

/** ONNX Runtime's text, and when its runs were. */
export interface RuntimeRecord {
  readonly text: string
  readonly runs: readonly RunSpan[]
}

export async function createRecorder () {
  const folder = await mkdtemp(join(tmpdir(), 'partition-vae-profile-'))
  const runs: RunSpan[] = []
  return {
    /** For the session that is to be recorded. */
    options: { enableProfiling: true, profileFilePrefix: join(folder, 'runtime') },
    async timed<T> (run: () => Promise<T>): Promise<T> {
      const start = microseconds()
      const result = await run()
      runs.push({ start, end: microseconds() })
      return result
    },
    /** Once the session has ended its profile. */
    async read (): Promise<RuntimeRecord> {
      const [name] = await readdir(folder)
      return { text: await readFile(join(folder, name!), 'utf8'), runs }
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  }
}
