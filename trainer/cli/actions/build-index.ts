import { join, resolve } from 'node:path'
import { indexLatents } from '@partition-vae/collections/search'
import { readMetadata } from '../../data/metadata-file.js'
import type { BuildIndexFlags } from '../commands/build-index.js'
import { orInterrupted, type CliContext } from '../context.js'
import { displayPath } from '../terminal/display-path.js'

/** The folder of an index inside that of its latents. */
export const INDEX_FOLDER = 'index'

/** Makes an index of what `pvae encode` has written. */
export async function buildIndexOf (latents: string, flags: BuildIndexFlags, context: CliContext): Promise<void> {
  const { directory, signal, stdout } = context
  const source = resolve(directory, latents)
  const target = flags.output === undefined ? join(source, INDEX_FOLDER) : resolve(directory, flags.output)
  const metadata = flags.metadata === undefined ? undefined : await readMetadata(resolve(directory, flags.metadata))
  const { count, model, version, deviations, metadata: columns } = await orInterrupted(
    context,
    'interrupted; no index was written',
    () => indexLatents(source, target, { ...metadata && { metadata }, force: flags.force === true, signal })
  )
  stdout.write(`index   ${displayPath(directory, target)}\n`)
  stdout.write(`rows    ${count}, by ${model}@${version}\n`)
  stdout.write(`scales  ${Object.keys(deviations).join(', ')}\n`)
  if (columns.length > 0) stdout.write(`columns ${columns.map(({ name, type }) => `${name} (${type})`).join(', ')}\n`)
}
