/** What a file of arrays says of its images: labels and factors. */
import { basename } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { parseFactorName, resolveSymmetries } from '../factor-kinds.js'
import { corrupt, describeShape, readNumbers, type ArrayFile, type ArrayMember } from './array-file.js'
import type { ArrayFactors, ArrayLabels } from './content.js'
import { findMember, type ArrayContentOptions } from './find-member.js'
import type { ImageLayout } from './pixels.js'
import { DSPRITES, mpi3dFactors, SHAPES3D, SHAPES3D_COUNT } from './published.js'

const FACTOR_NAMES = ['factor_names', 'factors_names', 'latents_names']
/** Classes that labels tell apart at most. */
const MOST_CLASSES = 256

/** What is known of the images of a file. */
export interface Known {
  readonly labels?: ArrayLabels | undefined
  readonly factors?: ArrayFactors | undefined
  /** Members that were read. */
  readonly used: ReadonlySet<string>
  /** Members that are not read although their names are known, and why. */
  readonly passed?: ReadonlyMap<string, string>
}

/** Names that stand for classes as well as for places. */
const AMBIGUOUS = /(^|\/)y$/i

/**
 * Reads labels and factors: in the layouts of dSprites, 3D Shapes and MPI3D, or plainly.
 * @throws TrainerError PVAE_DATA_CORRUPT, PVAE_DATA_MIXED; the signal's reason
 */
export async function readKnown (
  file: ArrayFile, options: ArrayContentOptions, images: ArrayMember, layout: ImageLayout,
  signal: AbortSignal | undefined
): Promise<Known> {
  const { path } = options
  const { count } = layout
  const named = findMember(file, options, 'labels')
  const reason = named && options.labels === undefined ? reasonAgainst(named) : undefined
  const passed = new Map(reason === undefined ? [] : [[named!.name, reason]])
  const labels = reason === undefined ? named : undefined
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
  const classes = labels && (labels.type === 'text'
    ? await classesOfTexts(path, labels, count)
    : classesOf(await table(labels), labels))
  if (labels !== undefined && classes === undefined) {
    passed.set(labels.name, `it is not whole numbers or texts of at most ${MOST_CLASSES} classes`)
  }
  const used = classes === undefined ? [] : [labels!.name]
  if (factors !== undefined) {
    const named = await withNames(file, path, factors, await table(factors))
    return { ...named, labels: classes, used: new Set([...named.used, ...used]), passed }
  }
  const known = labels === undefined ? mpi3dFactors(count) : undefined
  return { labels: classes, factors: known, used: new Set(used), passed }
}

/** Why a member that is named as labels are is passed over; undefined where it is read. */
function reasonAgainst ({ name, shape, type }: ArrayMember): string | undefined {
  const isColumn = shape.length === 1 || (shape.length === 2 && shape[1] === 1)
  // Data sets of several objects have their places there (image, mask, x, y).
  if (!isColumn && AMBIGUOUS.test(name)) return `its shape ${describeShape(shape)} is not a class for each image`
  return type === 'text' && !isColumn ? `it has texts of the shape ${describeShape(shape)}` : undefined
}

/** Reads a row for each image. */
async function readTable (
  path: string, member: ArrayMember, count: number, signal: AbortSignal | undefined
): Promise<Float64Array> {
  const rows = checkRows(path, member, count)
  const values = await readNumbers(path, member, signal)
  const wrong = values.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) {
    const row = Math.floor(wrong * rows / values.length)
    throw corrupt(path, `finite numbers for ${member.name}`, `${values[wrong]} in row ${row}`)
  }
  return values
}

function checkRows (path: string, { name, shape }: ArrayMember, count: number): number {
  if (shape[0] === count && shape.length <= 2) return count
  throw new TrainerError('PVAE_DATA_MIXED', `${path}: expected ${count} rows, one for each image, for ${name} ` +
    `but found ${describeShape(shape)}`)
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
  const described = resolveSymmetries(names.map(name => parseFactorName(name, refuse)), refuse)
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

/** Numbers texts in the order of the alphabet; undefined for too many. */
async function classesOfTexts (path: string, member: ArrayMember, count: number): Promise<ArrayLabels | undefined> {
  checkRows(path, member, count)
  const texts = await member.texts!()
  const labelNames = [...new Set(texts)].sort()
  if (labelNames.length > MOST_CLASSES) return undefined
  const numbers = new Map(labelNames.map((name, i) => [name, i]))
  return { labels: Uint8Array.from(texts, text => numbers.get(text)!), labelNames }
}
