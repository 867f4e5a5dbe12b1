import { join, resolve } from 'node:path'
import { invalid } from '../../config/resolve.js'
import { exportExplorer } from '../../export/explorer.js'
import type { ExploreFlags } from '../commands/explore.js'
import type { CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'
import { displayPath } from '../terminal/display-path.js'
import { openModel } from './models.js'

export async function explore (flags: ExploreFlags, { directory, stdout, stderr }: CliContext): Promise<void> {
  if (flags.export === undefined) {
    throw invalid('--export', 'a folder to write the page to (npm start shows all models without one)', 'none')
  }
  const version = await openModel(chosenDirectories(directory, flags).repository, flags.model)
  const out = resolve(directory, flags.export)
  // A new folder takes the place of the old one, in which whoever calls this would be left.
  if (out === resolve(directory)) throw invalid('--export', 'a new folder', 'the current one')
  const bytes = await exportExplorer(version, { out, force: flags.force })
  stdout.write(`${displayPath(directory, join(out, 'index.html'))}\n`)
  stderr.write(`${(bytes / 1e6).toFixed(1)} MB; opens from the disk, and from any static host\n`)
}
