import type { DataConfig } from '../data/config.js'
import type { DataSplits } from '../data/dataset.js'
import { openDataset } from '../data/open.js'
import type { CliContext } from './context.js'
import { createStatusLine } from './status-line.js'

const LISTED_SKIPS = 10

/** Opens the data for the time of an action, and tells what was skipped. */
export async function withData<T> (config: DataConfig, { stderr }: CliContext, action: (data: DataSplits) => Promise<T>): Promise<T> {
  const status = createStatusLine(stderr)
  const data = await openDataset(config, ({ done, total, rate }) => status.show(`decoding images: ${done} of ${total}, ${Math.round(rate)} a second`))
    .finally(() => status.clear())
  try {
    const { train, test, skipped, notes = [] } = data
    const { height, width, channels } = train.shape
    stderr.write(`data: ${train.name} ${train.count} images, ${test.name} ${test.count} images, ${height}×${width}×${channels}\n`)
    if (skipped.length > 0) {
      stderr.write(`skipped ${skipped.length} files:\n`)
      for (const { path, reason } of skipped.slice(0, LISTED_SKIPS)) stderr.write(`  ${path}: ${reason}\n`)
      if (skipped.length > LISTED_SKIPS) stderr.write(`  and ${skipped.length - LISTED_SKIPS} more\n`)
    }
    for (const note of notes) stderr.write(`note: ${note}\n`)
    return await action(data)
  } finally {
    await Promise.all([data.train.close(), data.test.close()])
  }
}
