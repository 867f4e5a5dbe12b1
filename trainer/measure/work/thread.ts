/** A worker thread: does jobs, one after the other. */
import { parentPort } from 'node:worker_threads'
import { TrainerError } from '../../foundation/errors.js'
import { UNPACED } from '../pace.js'
import { findJob } from './job.js'
import type { FromThread, ToThread } from './threads.js'

const port = parentPort!
const post = (message: FromThread) => port.postMessage(message)

port.on('message', async ({ module, name, input }: ToThread) => {
  try {
    const compute = await findJob({ module, name })
    post({ output: await compute(input, UNPACED) })
  } catch (error) {
    // A copy of an error keeps its message, but not its code.
    post({ error: error as Error, code: error instanceof TrainerError ? error.code : undefined })
  }
})
