import { errorToMessage, type ErrorMessage } from '../foundation/errors.js'
import type { LoadedModel } from './execute.js'
import type { AnyTask, BatchReply, TaskOutcome } from './tasks.js'

const FALLBACK = { code: 'PVAE_INFERENCE_FAILED', message: 'The model could not be run' }

/** Reads from an error what other threads may be told of it, whichever thread it comes from. */
export function messageOf (error: unknown): ErrorMessage {
  return errorToMessage(error, FALLBACK)
}

/** Runs a batch; never fails, as each task fails alone. */
export async function answerBatch (model: LoadedModel, tasks: readonly AnyTask[]): Promise<BatchReply> {
  const { outcomes, timings } = await model.executeAll(tasks)
  return {
    outcomes: outcomes.map((outcome): TaskOutcome =>
      'error' in outcome ? { error: messageOf(outcome.error) } : outcome
    ),
    timings,
  }
}
