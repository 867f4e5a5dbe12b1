import type { DataConfig } from '../data/config.js'
import type { DataProgress, DataSplits } from '../data/dataset.js'
import { openDataset } from '../data/open.js'
import { notesOn } from '../data/splits-notes.js'
import { RunInterrupted } from './interrupted.js'
import type { DataSummary, RunContext } from './observer.js'

/** Opens the data for the time of an action. @throws RunInterrupted where a signal comes before it is decoded */
export async function withData<T> (
  config: DataConfig,
  context: RunContext,
  action: (data: DataSplits) => Promise<T>
): Promise<T> {
  const data = await openData(config, context)
  try {
    context.observer.onData?.(summaryOf(data))
    return await action(data)
  } finally {
    await Promise.all([data.train.close(), data.test.close()])
  }
}

async function openData (config: DataConfig, { observer, signal }: RunContext): Promise<DataSplits> {
  let progress: DataProgress | undefined
  try {
    return await openDataset(config, now => {
      progress = now
      observer.onDecoding?.(now)
    }, signal)
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    throw new RunInterrupted({ at: 'decoding', ...progress && { done: progress.done, total: progress.total } })
  } finally {
    observer.onDecodingEnd?.()
  }
}

function summaryOf (data: DataSplits): DataSummary {
  const { train, test, skipped, notes = [] } = data
  return {
    train: { name: train.name, count: train.count },
    test: { name: test.name, count: test.count },
    shape: train.shape,
    skipped,
    notes: [...notes, ...notesOn(data)],
  }
}
