import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readCapacity } from '@partition-vae/collections/capacity'
import { parseLatents, planarFromBytes, type LatentInput } from '@partition-vae/models'
import {
  checkModel, HEADER_FILE, openIndex, parseWeights, splitConditions, type IndexHeader, type Neighbour,
  type SearchIndex, type SearchQuery, type Weights,
} from '@partition-vae/collections/search'
import { openGraphs } from '@partition-vae/collections/runtime'
import { invalid } from '../../config/resolve.js'
import { UNLIKE, type SearchFlags } from '../commands/search.js'
import { TrainerError } from '../../foundation/errors.js'
import type { CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'
import { INDEX_FOLDER } from './build-index.js'
import { openModel } from './models.js'
import { drawNeighbours, readPicture, shorten } from './search-sheet.js'

/** Below so many rows the search is over sooner than threads have started. */
const WORTH_THREADS = 500_000

/** Finds neighbours in an index. */
export async function search (folder: string, flags: SearchFlags, context: CliContext): Promise<void> {
  const { stdout } = context
  if ((flags.like === undefined) === (flags.latent === undefined)) {
    throw invalid('the query', '--like or --latent', flags.like === undefined ? 'neither' : 'both')
  }
  const weights = weightsOf(flags)
  const options: Omit<SearchQuery, 'latent'> = {
    ...weights && { weights },
    k: flags.neighbours,
    scale: flags.scale,
    where: flags.where.flatMap(splitConditions),
  }
  const { header, neighbours } = await searchIndex(folder, flags, context, options)
  if (flags.json === true) {
    const { model, version } = header
    stdout.write(`${JSON.stringify({ model: { name: model, version }, scale: flags.scale, neighbours }, null, 2)}\n`)
  } else {
    for (const line of linesOf(header, neighbours)) stdout.write(`${line}\n`)
  }
  if (flags.sheet !== undefined) await drawNeighbours(flags.sheet, header, neighbours, flags, context)
}

async function searchIndex (
  folder: string, flags: SearchFlags, context: CliContext, options: Omit<SearchQuery, 'latent'>
): Promise<{ header: IndexHeader, neighbours: Neighbour[] }> {
  const index = await openAny(folder, flags, context)
  try {
    const latent = await readLatent(index.header, flags, context)
    return { header: index.header, neighbours: await index.search({ latent, ...options }) }
  } finally {
    await index.close()
  }
}

async function openAny (
  name: string, { from, threads = readCapacity().cores }: SearchFlags, { directory }: CliContext
): Promise<SearchIndex> {
  if (from !== undefined) return await (await import('@partition-vae/collections/postgres')).openPostgres(from, name)
  const given = resolve(directory, name)
  const nested = join(given, INDEX_FOLDER)
  const path = !existsSync(join(given, HEADER_FILE)) && existsSync(join(nested, HEADER_FILE)) ? nested : given
  return await openIndex(path, { threads: rows => rows < WORTH_THREADS ? 0 : threads })
}

/** Weights of flags; undefined where none says any. @throws ModelError PVAE_INVALID_PARAMETER */
function weightsOf ({ weights, partition, unlike }: SearchFlags): Weights | undefined {
  const parts = [
    ...weights === undefined ? [] : [weights],
    ...partition.map(name => `${name}=1`),
    ...unlike.map(name => `${name}=${UNLIKE}`),
  ]
  return parts.length === 0 ? undefined : parseWeights(parts.join(','))
}

/** @returns [D] the query's latent */
async function readLatent (header: IndexHeader, flags: SearchFlags, context: CliContext): Promise<Float32Array> {
  if (flags.latent !== undefined) return parseLatents(header, [parseJson(flags.latent)])
  const { repository } = chosenDirectories(context.directory, flags)
  const { card, encoder, decoder } = await openModel(repository, `${header.model}@${header.version}`)
  checkModel(header, card)
  const bytes = await readFile(resolve(context.directory, flags.like!))
  const pixels = await readPicture(bytes, card.image, header).catch((error: Error) => {
    throw error.name === 'ImageFault'
      ? new TrainerError('PVAE_DATA_CORRUPT', `expected a whole PNG, JPEG or WebP for ${flags.like} but found: ${error.message}`)
      : error
  })
  const { graphs, release } = await openGraphs({ card, encoder, decoder, provider: 'cpu' })
  try {
    const { mean } = await graphs.encode(planarFromBytes(pixels, card.image), 1) // [1, D]
    return mean
  } finally {
    await release()
  }
}

function parseJson (text: string): LatentInput {
  try {
    const value: unknown = JSON.parse(text)
    const lists = Array.isArray(value) ? [value] : Object.values(value as object)
    if (lists.length > 0 && lists.every(list => Array.isArray(list) && list.every(n => typeof n === 'number'))) {
      return value as LatentInput
    }
  } catch {
    // said below
  }
  throw invalid('--latent', 'JSON: an array of numbers, or an object of such arrays by partition', JSON.stringify(text))
}

/** A heading, then a line for each neighbour: distances to four digits, and its file. */
function linesOf ({ partitions }: IndexHeader, neighbours: readonly Neighbour[]): string[] {
  const names = partitions.map(({ name }) => name)
  const rows = [
    ['distance', ...names],
    ...neighbours.map(({ distance, distances }) => [distance, ...names.map(name => distances[name]!)].map(shorten)),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows.map((row, i) => {
    const numbers = row.map((text, column) => text.padStart(widths[column]!)).join('  ')
    return `${numbers}  ${i === 0 ? 'file' : neighbours[i - 1]!.file}`
  })
}
