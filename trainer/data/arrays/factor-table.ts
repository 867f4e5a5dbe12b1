import { TrainerError } from '../../foundation/errors.js'
import type { FactorScaling } from '../dataset.js'
import { periodIn } from '../factor-kinds.js'
import { scaleColumns } from '../folder/factor-columns.js'
import { groupNames, type FactorTable } from '../folder/factors-file.js'
import type { ArrayFactors } from './content.js'

/**
 * Makes a table of factors by image; a factor that is the same in all images is left out, with a note. An angle whose
 * symmetry depends on it has the period of that one value, and is left out where that looks the same at every angle.
 * @param indexOf the number of an image by its path
 * @throws TrainerError PVAE_DATA_CORRUPT for names that are no factors', and numbers that single precision can't keep
 */
export function factorTableOf (
  factors: ArrayFactors | undefined, indexOf: (path: string) => number
): { readonly table: FactorTable | undefined, readonly notes: readonly string[] } {
  if (factors === undefined) return { table: undefined, notes: [] }
  const corrupt = (message: string) => new TrainerError('PVAE_DATA_CORRUPT', `factors of data.file: ${message}`)
  const { columns, values } = factors
  const distinct = columns.map((_, k) => {
    const found = new Set<number>()
    for (let i = k; i < values.length; i += columns.length) found.add(values[i]!)
    return found
  })
  const isSame = (k: number) => distinct[k]!.size <= 1
  const kinds = columns.map(({ kind }, k) => {
    if (kind.kind !== 'circular' || kind.symmetry === undefined) return kind
    const { factor } = kind.symmetry
    if (!isSame(columns.findIndex(({ name }) => name === factor))) return kind
    const all = { names: columns.map(({ name }) => name), kinds: columns.map(({ kind }) => kind) }
    const period = periodIn(all, k, values)!
    return period === 0 ? undefined : { kind: 'circular' as const, period }
  })
  const kept = [...columns.keys()].filter(k => !isSame(k) && kinds[k] !== undefined)
  const notes = columns.flatMap(({ name }, k) => {
    if (isSame(k)) return [`${name} is the same in all images and is left out.`]
    return kinds[k] === undefined ? [`${name} changes no image, as what is turned is round, and is left out.`] : []
  })
  if (kept.length === 0) return { table: undefined, notes }
  const names = kept.map(k => columns[k]!.name)
  const [centres, scales] = [new Float64Array(kept.length), new Float64Array(kept.length).fill(1)]
  let scaled: FactorScaling | undefined
  kept.forEach((k, i) => {
    // Of each number one row is enough, and of few numbers in many images much less.
    const rows = Array.from(distinct[k]!, (value, line) => ({ line, values: Float64Array.of(value) }))
    const scaling = scaleColumns([columns[k]!.name], rows, corrupt)
    if (scaling === undefined) return
    scaled = { centres, scales }
    centres[i] = scaling.centres[0]!
    scales[i] = scaling.scales[0]!
  })
  const table: FactorTable = {
    names,
    groups: groupNames(names, corrupt),
    kinds: kept.map(k => kinds[k]!),
    ...scaled && { scaling: scaled },
    rowOf: path => {
      const row = indexOf(path) * columns.length
      return Float64Array.from(kept, k => values[row + k]!)
    },
    skipped: [],
  }
  return { table, notes }
}
