import { UNPACED, type Pace } from '../pace.js'
import { binsOf, BINS, discretise, entropyOf } from './histogram.js'
import type { Information } from './information.js'
import { phasesOf, symmetriesOf, type MeasuredAngle, type MeasuredKind } from './kinds.js'
import type { NumberedValues } from './numbered-values.js'
import { likeliest, massOnCircle, massOnLine, massOverCategories } from './predicted-mass.js'
import { allRows, type ProbePredictions } from './probe-predictions.js'
import { meanOf } from './representation.js'

/** The probes' predictions of the number of each held-out image's value, or bin. */
export interface PredictedBins {
  /** Held-out images M. */
  readonly rows: number
  /** The true one of each image, K × [M]. */
  readonly actual: ReadonlyArray<ArrayLike<number>>
  /** 0 for images that show nothing of the factor, K × [M]; undefined where all do. */
  readonly counted: ReadonlyArray<Uint8Array | undefined>
  /** How many there are, [K]. */
  readonly counts: readonly number[]
  /** Log of the mass that the probe gives to the true one, [P][K] × [M]. */
  readonly logMass: Float64Array[][]
}

/** What is known of the factors that were predicted. */
export interface PredictedFactors {
  /** Of all images, [K]. */
  readonly numbers: readonly NumberedValues[]
  readonly kinds: readonly MeasuredKind[] | undefined
  /** The images that were held out, [M]. */
  readonly heldOut: Uint32Array
}

/**
 * Turns predictions into distributions over the values of discrete factors, and over 20 bins of equal width of others.
 * Numbers: the mass of a normal around the prediction; angles, up to symmetry: of a von Mises distribution; in both the
 * likeliest of eight widths for each probe and factor. Categories: the predictions of their indicators, which are
 * probabilities.
 */
export async function predictBins (
  predictions: ProbePredictions,
  { numbers, kinds, heldOut }: PredictedFactors,
  { bins = BINS, pace = UNPACED }: { bins?: number; pace?: Pace | undefined } = {}
): Promise<PredictedBins> {
  const { rows, predicted, actual } = predictions
  const probes = predicted.length / (rows * actual.columns)
  const logMass = Array.from({ length: probes }, (): Float64Array[] => [])
  const cells: Array<Pick<PredictedBins, 'rows'> & Cells> = []
  for (const [k, numbered] of numbers.entries()) {
    const cell = cellsOf(predictions, k, numbered, kinds?.[k], heldOut, bins)
    cells.push({ rows, ...cell })
    for (let p = 0; p < probes; p++) {
      await pace()
      logMass[p]!.push(cell.massBy(p))
    }
  }
  return {
    rows,
    actual: cells.map(cell => cell.actual),
    counted: cells.map(cell => cell.counted),
    counts: cells.map(cell => cell.count),
    logMass,
  }
}

interface Cells {
  readonly actual: ArrayLike<number>
  readonly count: number
  readonly counted: Uint8Array | undefined
  /** Log of the mass that probe p gives to the true cell of each image, [M]. */
  massBy (p: number): Float64Array
}

function cellsOf (
  predictions: ProbePredictions,
  k: number,
  { codes, count, values }: NumberedValues,
  kind: MeasuredKind | undefined,
  heldOut: Uint32Array,
  bins: number
): Cells {
  const { rows, predicted, actual, scaling, columnsOf } = predictions
  const columns = columnsOf[k]!
  const guess = (p: number, row: number, column: number) => predicted[(p * rows + row) * actual.columns + column]!
  const own = Uint16Array.from(heldOut, row => codes[row]!)
  if (kind?.kind === 'circular') return circularCells(predictions, columns, kind, heldOut, bins)
  if (kind?.kind === 'categorical') {
    const unscaled = (p: number, row: number) =>
      columns.map(column => scaling[column]!.mean + scaling[column]!.deviation * guess(p, row, column))
    return {
      actual: own,
      count,
      counted: undefined,
      massBy: p => Float64Array.from({ length: rows }, (_, row) => massOverCategories(unscaled(p, row), own[row]!)),
    }
  }
  const [column] = columns as [number]
  const truth = Float64Array.from({ length: rows }, (_, row) => actual.values[row * actual.columns + column]!)
  const { mean, deviation } = scaling[column]!
  const edges = values === undefined
    ? evenEdges(truth, bins)
    : edgesAround((kind?.kind === 'ordinal' ? values.map((_, rank) => rank) : values).map(v => (v - mean) / deviation))
  const numbers = values === undefined ? discretise(truth, bins) : own
  return {
    actual: numbers,
    count: edges.length - 1,
    counted: undefined,
    massBy (p) {
      // A factor that is constant over the images held out has one bin, and all say so.
      if (!(edges.at(-1)! > edges[0]!)) return new Float64Array(rows)
      const guesses = Float64Array.from({ length: rows }, (_, row) => guess(p, row, column))
      const error = Math.sqrt(meanOf(guesses.map((value, row) => (value - truth[row]!) ** 2)))
      return likeliest(DEVIATIONS, scale => massOnLine(edges, numbers, guesses, scale * error))
    },
  }
}

/** The deviations tried for each probe's predictions, in units of their root mean squared error. */
const DEVIATIONS = [0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1, 1.3]
/** The concentrations tried, for a predicted vector of length 1. */
const CONCENTRATIONS = [0.5, 1, 2, 4, 8, 16, 40, 100]

function circularCells (
  predictions: ProbePredictions,
  columns: readonly number[],
  angle: MeasuredAngle,
  heldOut: Uint32Array,
  bins: number
): Cells {
  const { rows, predicted, actual, scaling } = predictions
  const phases = phasesOf(angle)
  const truth = Uint16Array.from(heldOut, row => Math.min(bins - 1, Math.floor(phases[row]! * bins)))
  const symmetries = symmetriesOf(angle)
  // The columns of each symmetry are its cosine and its sine.
  const columnOf = Uint16Array.from(heldOut, row => columns[2 * symmetries.indexOf(angle.folds[row]!)] ?? 0)
  const counted = Uint8Array.from(heldOut, row => Number(angle.folds[row]! > 0))
  return {
    actual: truth,
    count: bins,
    counted: counted.every(count => count === 1) ? undefined : counted,
    massBy (p) {
      const part = (row: number, i: number) => {
        const column = columnOf[row]! + i
        const { mean, deviation } = scaling[column]!
        return mean + deviation * predicted[(p * rows + row) * actual.columns + column]!
      }
      const vectors = Float64Array.from({ length: 2 * rows }, (_, i) => part(Math.floor(i / 2), i % 2))
      return likeliest(CONCENTRATIONS, concentration => massOnCircle(bins, truth, vectors, concentration))
    },
  }
}

function evenEdges (truth: Float64Array, bins: number): number[] {
  const { low, width } = binsOf(truth, bins)
  return Array.from({ length: bins + 1 }, (_, i) => low + i * width)
}

/** Halfway between neighbouring values, and as far beyond the first and the last. */
function edgesAround (values: readonly number[]): number[] {
  if (values.length < 2) return [...values, ...values]
  const between = values.slice(1).map((value, i) => (value + values[i]!) / 2)
  return [2 * values[0]! - between[0]!, ...between, 2 * values.at(-1)! - between.at(-1)!]
}

/**
 * Mutual information of whole partitions with factors, for MIG at the level of partitions: the same quantity as for
 * units, I(z_p; v), with v as it is where it is discrete and cut into 20 bins where not, so that dividing by H(v) is as
 * meaningful.
 *
 * It is estimated from below (Barber & Agakov 2003, "The IM algorithm"): I(z; v) ≥ H(v) + E log q(v | z), where q is
 * the probe's. Estimates by nearest neighbours (Kraskov et al. 2004; Ross 2014) were the alternative: in a partition of
 * five units, the units that do not carry the factor move the neighbours apart and most of the information is lost at a
 * few thousand points; a probe learns to ignore them. A histogram of five units has 3.2 million cells.
 * @param chosen rows of the held-out images to take it over; default all
 * @returns information [P][K]
 */
export function predictedInformation (
  { rows, actual, counted, counts, logMass }: PredictedBins,
  chosen = allRows(rows)
): Information {
  const rowsOf = counted.map(mask => mask === undefined ? chosen : chosen.filter(row => mask[row] === 1))
  const entropy = actual.map((cells, k) => entropyOf(Uint16Array.from(rowsOf[k]!, row => cells[row]!), counts[k]!))
  // Below zero the probe says less than the frequencies do, a prediction open to it: the bound is 0 then.
  const information = logMass.map(byFactor => byFactor.map((values, k) => rowsOf[k]!.length === 0
    ? 0
    : Math.min(entropy[k]!, Math.max(0, entropy[k]! + meanOf(Float64Array.from(rowsOf[k]!, row => values[row]!))))))
  return { information, entropy }
}
