import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { HEADER_FILE, indexLatents, readHeader, type IndexHeader } from '@partition-vae/collections/search'
import { invalid } from '../../config/resolve.js'
import { readMetadata } from '../../data/metadata-file.js'
import type { BuildIndexFlags } from '../commands/build-index.js'
import { orInterrupted, type CliContext } from '../context.js'
import { createCountLine } from '../terminal/count-line.js'
import { displayPath } from '../terminal/display-path.js'

/** The folder of an index inside that of its latents. */
export const INDEX_FOLDER = 'index'

/** Makes an index of what `pvae encode` has written, and copies it to a database where that is asked for. */
export async function buildIndexOf (latents: string, flags: BuildIndexFlags, context: CliContext): Promise<void> {
  const { directory, signal, stdout } = context
  if (flags.table !== undefined && flags.to === undefined) throw invalid('--table', '--to with it', 'none')
  const source = resolve(directory, latents)
  const isIndex = flags.to !== undefined && existsSync(join(source, HEADER_FILE))
  const target = isIndex
    ? source
    : flags.output === undefined ? join(source, INDEX_FOLDER) : resolve(directory, flags.output)
  if (!isIndex) {
    const metadata = flags.metadata === undefined ? undefined : await readMetadata(resolve(directory, flags.metadata))
    const header = await orInterrupted(context, 'interrupted; no index was written', () =>
      indexLatents(source, target, { ...metadata && { metadata }, force: flags.force === true, signal }))
    stdout.write(`index   ${displayPath(directory, target)}\n${describeIndex(header)}`)
  }
  if (flags.to !== undefined) await copyIndex(target, flags.to, flags, context)
}

function describeIndex ({ count, model, version, deviations, metadata }: IndexHeader): string {
  const columns = metadata.map(({ name, type }) => `${name} (${type})`).join(', ')
  return `rows    ${count}, by ${model}@${version}\nscales  ${Object.keys(deviations).join(', ')}\n` +
    (columns === '' ? '' : `columns ${columns}\n`)
}

async function copyIndex (
  folder: string, address: string, flags: BuildIndexFlags, context: CliContext
): Promise<void> {
  const { signal, stdout, stderr } = context
  const { copyToPostgres, tableOf } = await import('@partition-vae/collections/postgres')
  const { table = tableOf((await readHeader(folder)).model) } = flags
  const line = createCountLine(stderr, 'rows')
  await orInterrupted(context, 'interrupted; the database is as it was', async () => {
    try {
      const onProgress = (done: number, total: number) => line.progress(done, total)
      await copyToPostgres(folder, address, table, { force: flags.force === true, signal, onProgress })
    } finally {
      line.end()
    }
  })
  stdout.write(`table   ${table}\n`)
}
