/** The images of a file of arrays: which member is what, and what is known of the layout. */
import { basename } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { checkSymmetries, parseFactorName } from '../factor-kinds.js'
import { corrupt, describeShape, readNumbers, sizeOf, type ArrayFile, type ArrayMember } from './array-file.js'
import type { ArrayContent, ArrayFactors, ArrayLabels, MemberNames } from './content.js'
import { maskLayoutOf, maskOf } from './masks.js'
import { bytesOf, toDoubles } from './number-types.js'
import { guessRange, imageLayoutOf, imageOf, RANGES, type ImageLayout, type Range } from './pixels.js'
import { DSPRITES, mpi3dFactors, SHAPES3D, SHAPES3D_COUNT } from './published.js'

/** Names under which members are known, the first that is there. */
const USUAL = {
  images: ['imgs', 'images', 'image', 'x', 'X', 'arr_0', 'data'],
  labels: ['labels', 'label', 'y', 'Y'],
  factors: ['factors', 'latents_values', 'latents'],
  masks: ['masks', 'mask'],
} as const
const FACTOR_NAMES = ['factor_names', 'factors_names', 'latents_names']
/** Images that are looked at to tell the range of their numbers. */
const SAMPLED = 64
/** Classes that labels tell apart at most. */
const MOST_CLASSES = 256

export interface ArrayContentOptions extends MemberNames {
  readonly path: string
  readonly range?: Range | undefined
}

/**
 * Reads what a file of arrays holds but for its images and masks: in the layouts of dSprites, 3D Shapes and MPI3D, told
 * by their members and counts, or plainly (see USUAL). Closes the file where it fails.
 * @throws TrainerError PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY, PVAE_DATA_MIXED; the signal's reason
 */
export async function readArrayContent (
  file: ArrayFile, options: ArrayContentOptions, signal: AbortSignal | undefined
): Promise<ArrayContent> {
  try {
    return await readContent(file, options, signal)
  } catch (error) {
    await file.close()
    throw error
  }
}

async function readContent (
  file: ArrayFile, options: ArrayContentOptions, signal: AbortSignal | undefined
): Promise<ArrayContent> {
  const { path } = options
  const images = findMember(file, options, 'images')
  if (images === undefined) throw noImages(file, path)
  const where = `${path}, member ${images.name}`
  const layout = imageLayoutOf(where, images)
  if (layout.count === 0) throw new TrainerError('PVAE_DATA_EMPTY', `${where}: expected at least 1 image but found 0`)
  const { labels, factors, used } = await readKnown(file, options, images, layout, signal)
  const masks = findMember(file, options, 'masks')
  const maskLayout = masks && maskLayoutOf(path, masks, layout)
  const read = new Set([images.name, masks?.name, ...used])
  const unread = [...file.members.keys()].filter(name => !read.has(name))
  let range = options.range
  return {
    shape: layout.shape,
    count: layout.count,
    labels,
    factors,
    files: [path],
    notes: [
      ...unread.map(name => `Member ${name} of ${basename(path)} is not read.`),
      ...Array.from(file.refused, ([name, reason]) => `Member ${name} of ${basename(path)} is not read: ${reason}.`),
    ],
    async * images (from, signal) {
      range ??= await sampleRange(images, layout, signal)
      for await (const [i, bytes] of each(images, layout.rank, from, signal)) {
        yield imageOf(`${where}, image ${i}`, bytes, images, layout, range)
      }
    },
    ...masks && maskLayout && {
      async * masks (from: number, signal: AbortSignal | undefined) {
        for await (const [i, bytes] of each(masks, maskLayout.rank, from, signal)) {
          yield maskOf(`${path}, member ${masks.name}, mask ${i}`, bytes, masks, maskLayout)
        }
      },
    },
    close: () => file.close(),
  }
}

/** Reads items one by one, with their numbers. */
async function * each (
  member: ArrayMember, rank: number, from: number, signal: AbortSignal | undefined
): AsyncGenerator<[number, Uint8Array]> {
  if (member.type === 'text') throw corrupt(`member ${member.name}`, 'numbers', 'text')
  const size = sizeOf(member.shape.slice(member.shape.length - rank)) * bytesOf(member.type)
  let i = from
  for await (const piece of member.items(rank, from, signal)) {
    for (let at = 0; at < piece.length; at += size) yield [i++, piece.subarray(at, at + size)]
  }
}

async function sampleRange (
  member: ArrayMember, { rank }: ImageLayout, signal: AbortSignal | undefined
): Promise<Range> {
  const type = member.type as Exclude<ArrayMember['type'], 'text'>
  const ranges: Range[] = []
  for await (const [i, bytes] of each(member, rank, 0, signal)) {
    ranges.push(guessRange(type, toDoubles(bytes, type)))
    if (i + 1 >= SAMPLED) break
  }
  // Whatever has the widest range decides.
  return RANGES.find(range => ranges.includes(range)) ?? '0..1'
}

/** Finds a member by the name that is asked for, or by a usual one; also at the end of a path in HDF5. */
function findMember (
  { members, refused }: ArrayFile, options: ArrayContentOptions, role: keyof typeof USUAL
): ArrayMember | undefined {
  const asked = options[role]
  const { path } = options
  for (const name of asked === undefined ? USUAL[role] : [asked]) {
    const reason = refused.get(name)
    if (reason !== undefined) throw corrupt(path, `${role} in member ${name}`, reason)
    const found = members.get(name)
    if (found !== undefined) return found
    const below = asked === undefined ? [...members.keys()].filter(other => other.endsWith(`/${name}`)) : []
    if (below.length === 1) return members.get(below[0]!)
    if (below.length > 1) {
      throw corrupt(path, `one member of ${role}`, `${below.join(' and ')}: say which, e.g. --member ${role}=${below[0]}`)
    }
  }
  // The only array there is needs no name.
  if (asked === undefined && role === 'images' && members.size === 1) return [...members.values()][0]
  if (asked !== undefined) throw corrupt(path, `a member ${asked} for ${role}`, [...members.keys()].join(', ') || 'none')
  return undefined
}

function noImages ({ members, refused }: ArrayFile, path: string): TrainerError {
  const shapes = Array.from(members.values(), ({ name, shape }) => `${name} ${describeShape(shape)}`)
  const reasons = Array.from(refused, ([name, reason]) => `${name}, which is ${reason}`)
  const found = [...shapes, ...reasons].join('; ') || 'no members'
  return corrupt(path, `a member ${USUAL.images.join(', ')} with images (or --member images=NAME)`, found) as TrainerError
}

interface Known {
  readonly labels?: ArrayLabels | undefined
  readonly factors?: ArrayFactors | undefined
  /** Members that were read. */
  readonly used: ReadonlySet<string>
}

async function readKnown (
  file: ArrayFile, options: ArrayContentOptions, images: ArrayMember, layout: ImageLayout,
  signal: AbortSignal | undefined
): Promise<Known> {
  const { path } = options
  const { count } = layout
  const labels = findMember(file, options, 'labels')
  const factors = findMember(file, options, 'factors')
  const table = async (member: ArrayMember) => await readTable(path, member, count, signal)
  if (images.name === 'imgs' && factors?.name === 'latents_values') {
    const values = await table(factors)
    checkColumns(path, factors, DSPRITES.length)
    return { factors: { columns: DSPRITES, values }, used: new Set([factors.name, 'latents_classes']) }
  }
  if (labels !== undefined && factors === undefined && labels.shape.length === 2 && labels.shape[1]! > 1) {
    const isShapes3d = labels.shape[1] === SHAPES3D.length &&
      (count === SHAPES3D_COUNT || /3d-?shapes|shapes-?3d/i.test(basename(path)))
    const values = await table(labels)
    if (isShapes3d) return { factors: { columns: SHAPES3D, values }, used: new Set([labels.name]) }
    return await withNames(file, path, labels, values)
  }
  const classes = labels && classesOf(await table(labels), labels)
  const used = [labels?.name].filter(name => name !== undefined)
  if (factors !== undefined) {
    const named = await withNames(file, path, factors, await table(factors))
    return { ...named, labels: classes, used: new Set([...named.used, ...used]) }
  }
  return { labels: classes, factors: labels === undefined ? mpi3dFactors(count) : undefined, used: new Set(used) }
}

/** Reads a row for each image. */
async function readTable (
  path: string, member: ArrayMember, count: number, signal: AbortSignal | undefined
): Promise<Float64Array> {
  const rows = member.shape[0] ?? 0
  if (rows !== count || member.shape.length > 2) {
    throw new TrainerError('PVAE_DATA_MIXED', `${path}: expected ${count} rows, one for each image, for ${member.name} ` +
      `but found ${describeShape(member.shape)}`)
  }
  const values = await readNumbers(path, member, signal)
  const wrong = values.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) {
    const row = Math.floor(wrong * rows / values.length)
    throw corrupt(path, `finite numbers for ${member.name}`, `${values[wrong]} in row ${row}`)
  }
  return values
}

function checkColumns (path: string, { name, shape }: ArrayMember, columns: number): void {
  if (shape[1] !== columns) throw corrupt(path, `${columns} columns for ${name}`, describeShape(shape))
}

/** Names the columns of a table: by a member of names, which may say their kinds, or by numbers. */
async function withNames (file: ArrayFile, path: string, member: ArrayMember, values: Float64Array): Promise<Known> {
  const columns = member.shape[1] ?? 1
  const named = FACTOR_NAMES.map(name => file.members.get(name)).find(found => found?.texts !== undefined)
  const names = named === undefined
    ? Array.from({ length: columns }, (_, k) => columns === 1 ? member.name : `${member.name}_${k}`)
    : await named.texts!()
  if (names.length !== columns) {
    throw corrupt(path, `${columns} names, one for each column of ${member.name}, in ${named!.name}`, `${names.length}`)
  }
  const twice = names.find((name, k) => names.indexOf(name) < k)
  if (twice !== undefined) throw corrupt(path, `different names in ${named!.name}`, `two of ${twice}`)
  const refuse = (message: string) => new TrainerError('PVAE_DATA_CORRUPT', `${path}, member ${named!.name}: ${message}`)
  const described = names.map(name => parseFactorName(name, refuse))
  checkSymmetries(described, refuse)
  return {
    factors: { columns: described, values },
    used: new Set([member.name, ...named === undefined ? [] : [named.name]]),
  }
}

/** Whole numbers become classes; undefined for others, and for too many. */
function classesOf (values: Float64Array, { shape }: ArrayMember): ArrayLabels | undefined {
  const distinct = new Set(values)
  if ((shape[1] ?? 1) !== 1 || distinct.size > MOST_CLASSES || !values.every(Number.isInteger)) return undefined
  const sorted = [...distinct].sort((a, b) => a - b)
  const numbers = new Map(sorted.map((value, i) => [value, i]))
  return { labels: Uint8Array.from(values, value => numbers.get(value)!), labelNames: sorted.map(String) }
}
