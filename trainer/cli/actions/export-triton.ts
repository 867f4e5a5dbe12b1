import { resolve } from 'node:path'
import { exportTriton } from '../../export/triton/repository.js'
import type { ExportTritonFlags } from '../commands/export-triton.js'
import type { CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'
import { displayPath } from '../terminal/display-path.js'
import { openModel } from './models.js'

export async function exportToTriton (flags: ExportTritonFlags, { directory, stdout }: CliContext): Promise<void> {
  const version = await openModel(chosenDirectories(directory, flags).repository, flags.model)
  const { gpu = false, instances, maxBatch, force } = flags
  const out = resolve(directory, flags.output)
  const folders = await exportTriton(version, { out, gpu, instances, maxBatch, force })
  for (const folder of folders) stdout.write(`${displayPath(directory, folder)}\n`)
}
