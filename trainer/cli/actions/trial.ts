import { on } from 'node:events'
import type { TrialNews, TrialOrder } from '../../tune/queue/piece.js'
import { serveTrials } from '../../tune/queue/serve-trials.js'
import type { CliContext } from '../context.js'
import { untilParentIsGone } from './parent.js'

/** Runs the trials that `pvae worker` sends, until it lets this process go. */
export async function serveTrialOrders (context: CliContext): Promise<void> {
  const signal = untilParentIsGone(context.signal)
  // The worker may be gone while a trial is saved.
  const tell = (news: TrialNews) => { if (process.connected) process.send!(news) }
  await serveTrials(ordersUntil(signal), tell, signal)
}

async function * ordersUntil (signal: AbortSignal): AsyncGenerator<TrialOrder> {
  try {
    for await (const [order] of on(process, 'message', { signal })) yield order as TrialOrder
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
