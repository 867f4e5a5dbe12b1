import type { DataConfig } from '../data/config.js'
import type { DataSplits } from '../data/dataset.js'
import { openDataset } from '../data/open.js'
import { notesOn } from '../data/splits-notes.js'
import { Interrupted, type CliContext } from './context.js'
import { createStatusLine } from './status-line.js'

const LISTED_SKIPS = 10

/**
 * Opens the data for the time of an action, and tells what was skipped. @throws Interrupted where a signal comes before
 * the images are decoded
 */
export async function withData<T> (
  config: DataConfig,
  context: CliContext,
  action: (data: DataSplits) => Promise<T>
): Promise<T> {
  const { stderr } = context
  const data = await openData(config, context)
  try {
    const { train, test, skipped, notes = [] } = data
    const { height, width, channels } = train.shape
    stderr.write(
      `data: ${train.name} ${train.count} images, ${test.name} ${test.count} images, ${height}×${width}×${channels}\n`
    )
    if (skipped.length > 0) {
      stderr.write(`skipped ${skipped.length} files:\n`)
      for (const { path, reason } of skipped.slice(0, LISTED_SKIPS)) stderr.write(`  ${path}: ${reason}\n`)
      if (skipped.length > LISTED_SKIPS) stderr.write(`  and ${skipped.length - LISTED_SKIPS} more\n`)
    }
    for (const note of [...notes, ...notesOn(data)]) stderr.write(`note: ${note}\n`)
    return await action(data)
  } finally {
    await Promise.all([data.train.close(), data.test.close()])
  }
}

async function openData (config: DataConfig, { stderr, signal }: CliContext): Promise<DataSplits> {
  const status = createStatusLine(stderr)
  let progress: { readonly done: number, readonly total: number } | undefined
  try {
    return await openDataset(config, ({ done, total, rate }) => {
      progress = { done, total }
      status.show(`decoding images: ${done} of ${total}, ${Math.round(rate)} a second`)
    }, signal)
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    status.clear()
    throw new Interrupted(
      progress === undefined
        ? 'interrupted before any image was decoded\ngo on with: the same command'
        : `interrupted while decoding images: about ${progress.done} of ${progress.total} are kept\ngo on with: the ` +
          'same command, which decodes the rest'
    )
  } finally {
    status.clear()
  }
}
