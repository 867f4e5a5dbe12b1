import { invalid } from '../config/invalid.js'
import { selectFactors, type Factors } from '../data/dataset.js'
import { phasesOf } from '../measure/disentanglement/kinds.js'
import { measuredKinds } from '../measure/known-truth/measured-kinds.js'

/**
 * Lays a factor out for regression, as its kind asks for: real as it is, ordinal by rank, a category by an indicator of
 * each of its values, an angle by cosine and sine of its share of the turn after which the thing looks the same, both 0
 * where nothing shows it.
 * @param chosen the labelled images, [n]
 * @returns columns with mean 0 and variances that add up to 1, each [n]
 * @throws TrainerError PVAE_CONFIG_INVALID for a factor that is the same in all
 */
export function encodeLabels (factors: Factors, chosen: Uint32Array, factor: number): Float32Array[] {
  const { names } = factors
  const all = selectFactors(factors, chosen)
  const values = Array.from(chosen, (_, row) => all[row * names.length + factor]!)
  const kind = measuredKinds(factors, chosen)?.[factor]
  const columns = columnsOf(values, kind).map(column => {
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length
    return column.map(value => value - mean)
  })
  const variance = columns.reduce((sum, column) =>
    sum + column.reduce((squares, value) => squares + value ** 2, 0) / column.length, 0)
  if (variance === 0) {
    throw invalid(
      'objective.labels',
      `factors that differ among the ${chosen.length} labelled images`,
      `${names[factor]}, which is ${values[0]} in all`
    )
  }
  const deviation = Math.sqrt(variance)
  return columns.map(column => Float32Array.from(column, value => value / deviation))
}

function columnsOf (values: number[], kind: NonNullable<ReturnType<typeof measuredKinds>>[number] | undefined) {
  const different = [...new Set(values)].sort((a, b) => a - b)
  switch (kind?.kind) {
    case 'categorical':
      return different.map(one => values.map(value => Number(value === one)))
    case 'ordinal':
      return [values.map(value => different.indexOf(value))]
    case 'circular': {
      const phases = phasesOf(kind)
      return [Math.cos, Math.sin].map(of =>
        values.map((_, row) => kind.folds[row] === 0 ? 0 : of(2 * Math.PI * phases[row]!)))
    }
    default:
      return [values]
  }
}
