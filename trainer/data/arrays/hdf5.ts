/** HDF5 files, through the HDF5 library itself, compiled to WebAssembly: the one importer of h5wasm. */
import { access, constants } from 'node:fs/promises'
import { Dataset, File, Group, ready, type Metadata } from 'h5wasm/node'
import { notFound } from '../../foundation/not-found.js'
import { corrupt, sizeOf, type ArrayFile, type ArrayMember } from './array-file.js'
import { bytesOf, isNumberType, type NumberType } from './number-types.js'

/** Bytes that are read at once, about: whole chunks of the file, since each would else be inflated again. */
const PIECE_BYTES = 4 * 2 ** 20
/** Where chunks hold parts of so many images that whole ones would take more, they are inflated more often instead. */
const MOST_BYTES = 256 * 2 ** 20
/** The filters that the library holds, by their numbers: deflate, shuffle, fletcher32, szip, nbit, scaleoffset. */
const KNOWN_FILTERS = [1, 2, 3, 4, 5, 6]

/**
 * Opens an HDF5 file. Members are its data sets, named by their paths. Reading them blocks for some milliseconds at a
 * time.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT
 */
export async function openHdf5 (path: string): Promise<ArrayFile> {
  await access(path, constants.R_OK).catch((error: unknown) => { throw notFound(path, 'data.file', error) })
  const module = await ready
  // The library prints its errors otherwise.
  module.activate_throwing_error_handler()
  const file = attempt(path, () => new File(path, 'r'))
  const members = new Map<string, ArrayMember>()
  const refused = new Map<string, string>()
  try {
    addMembers(path, file, '', { members, refused })
  } catch (error) {
    file.close()
    throw error
  }
  return { members, refused, close: async () => { file.close() } }
}

/** Groups in groups: more of them are a group that holds itself, by a hard link. */
const MOST_LEVELS = 16

type Found = Record<'members', Map<string, ArrayMember>> & Record<'refused', Map<string, string>>

function addMembers (path: string, group: Group, prefix: string, found: Found): void {
  for (const key of group.keys()) {
    const name = `${prefix}${key}`
    const entity = attempt(`${path}, member ${name}`, () => group.get(key))
    if (entity instanceof Dataset) {
      const member = memberOf(path, name, entity)
      if (typeof member === 'string') found.refused.set(name, member)
      else found.members.set(name, member)
    } else if (entity instanceof Group) {
      // A link may lead back to where it lies; what it leads to is listed under its own name.
      if (group.get_link(entity.path) !== null) found.refused.set(name, 'a link to another group')
      else if (name.split('/').length > MOST_LEVELS) {
        found.refused.set(name, `a group within more than ${MOST_LEVELS} others: it may hold itself`)
      } else addMembers(path, entity, `${name}/`, found)
    } else found.refused.set(name, 'a link or a type')
  }
}

function memberOf (path: string, name: string, dataset: Dataset): ArrayMember | string {
  const { shape, metadata, filters } = dataset
  if (shape === null) return 'empty'
  const type = typeOf(metadata)
  if (type === undefined) return `of type ${JSON.stringify(dataset.dtype)}, which is no plain number or text`
  const unknown = filters.find(({ id }) => !KNOWN_FILTERS.includes(id))
  if (unknown !== undefined) {
    const { id, name: filter } = unknown
    return `compressed by the filter ${filter || 'of a plugin'} (${id}), which HDF5 itself does not hold: write it ` +
      "anew, e.g. with h5py's compression='gzip'"
  }
  const where = `${path}, member ${name}`
  return {
    name,
    shape,
    type,
    isFortran: false,
    async * items (rank, from, signal) {
      if (type === 'text') throw corrupt(where, 'numbers', 'text')
      yield * readItems(where, dataset, metadata, { shape, type, rank, from, signal })
    },
    ...type === 'text' && { texts: async () => attempt(where, () => [dataset.value].flat(9).map(String)) },
  }
}

interface Reading {
  readonly shape: readonly number[]
  readonly type: NumberType
  readonly rank: number
  readonly from: number
  readonly signal: AbortSignal | undefined
}

/** Reads runs along the last of the dimensions that count items. */
async function * readItems (
  where: string, dataset: Dataset, { chunks }: Metadata, { shape, type, rank, from, signal }: Reading
): AsyncGenerator<Uint8Array> {
  const outer = shape.slice(0, shape.length - rank)
  const itemBytes = sizeOf(shape.slice(shape.length - rank)) * bytesOf(type)
  const last = outer.at(-1) ?? 1
  const chunk = outer.length === 0 ? 1 : chunks?.[outer.length - 1] ?? 1
  const whole = chunk * Math.max(1, Math.floor(PIECE_BYTES / (itemBytes * chunk)))
  const run = Math.max(1, Math.min(whole, Math.floor(MOST_BYTES / itemBytes)))
  for (let at = from; at < sizeOf(outer);) {
    signal?.throwIfAborted()
    const start = at % last
    // To the end of a run that begins with a chunk.
    const end = Math.min(last, (Math.floor(start / run) + 1) * run)
    const leading = numbersOf(Math.floor(at / last), outer.slice(0, -1))
    const ranges: Array<[number, number]> = leading.map(i => [i, i + 1])
    if (outer.length > 0) ranges.push([start, end])
    const values = attempt(where, () => dataset.slice([...ranges, ...shape.slice(outer.length).map(() => [] as [])]))
    if (!ArrayBuffer.isView(values)) throw corrupt(where, 'numbers', typeof values)
    yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    at += end - start
    // Others get a turn between pieces.
    await new Promise(resolve => setImmediate(resolve))
  }
}

/** Splits a number by dimensions, the last the fastest. */
function numbersOf (index: number, shape: readonly number[]): number[] {
  let rest = index
  return [...shape].reverse().map(side => {
    const number = rest % side
    rest = Math.floor(rest / side)
    return number
  }).reverse()
}

/** HDF5's classes of types: integers, floats, texts; booleans of h5py are an enumeration of bytes. */
const [INTEGER, FLOAT, STRING, ENUM] = [0, 1, 3, 8]

function typeOf ({ type, size, signed, enum_type: enumeration }: Metadata): NumberType | 'text' | undefined {
  if (type === STRING) return 'text'
  if (type === ENUM && enumeration !== undefined && size === 1) return 'bool'
  const name = type === FLOAT ? `float${8 * size}` : type === INTEGER ? `${signed ? '' : 'u'}int${8 * size}` : ''
  // Node before version 24 has no arrays of halves, and the library gives no others.
  if (name === 'float16' && !('Float16Array' in globalThis)) return undefined
  return isNumberType(name) ? name : undefined
}

function attempt<T> (where: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const { message } = error as Error
    // The library lists its calls, from the outermost to where something went wrong.
    const reason = [...message.matchAll(/^ *#\d+: .*\(\): (.*)$/gm)].at(-1)?.[1] ?? message
    throw corrupt(where, 'a whole HDF5 file', `${reason}: is it cut off or damaged?`, error)
  }
}
