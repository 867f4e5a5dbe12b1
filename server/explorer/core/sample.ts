/** The encoded sample of a model, as the explorer needs it. */
export interface Sample {
  readonly count: number
  /** What tells the data set from others: samples of the same one have the same images at the same places. */
  readonly data: string
  /** [N]: places in the data set. */
  readonly index: Uint32Array
  /** [N, D] */
  readonly mean: Float32Array
  /** [N], averaged over an image's values. */
  readonly squaredError: Float32Array
  /** [D], averaged over the images. */
  readonly logVariance: Float32Array
  readonly classes?: Uint8Array | undefined
  readonly classNames?: readonly string[] | undefined
  readonly factors: readonly string[]
  /** [N, K] */
  readonly factor?: Float32Array | undefined
  /** Thumbnails row by row. */
  readonly sheet: { readonly type: string, readonly columns: number, readonly width: number, readonly height: number }
  readonly sheetBytes: Uint8Array<ArrayBuffer>
}

/** What is taken of a sample's file. */
interface SampleFile {
  readonly header: Pick<Sample, 'count' | 'sheet'> & {
    readonly data: { readonly fingerprint: string }
    readonly classes?: readonly string[]
    readonly factors?: readonly string[]
  }
  readonly columns: Pick<Sample, 'index' | 'mean' | 'squaredError' | 'logVariance' | 'factor'> & {
    readonly class?: Uint8Array
  }
}

/** Takes of a sample's file what the page needs. */
export function takeSample ({ header, columns }: SampleFile, sheetBytes: Uint8Array<ArrayBuffer>): Sample {
  return {
    count: header.count,
    data: header.data.fingerprint,
    index: columns.index,
    mean: columns.mean,
    squaredError: columns.squaredError,
    logVariance: columns.logVariance,
    classes: columns.class,
    classNames: header.classes,
    factors: header.factors ?? [],
    factor: columns.factor,
    sheet: header.sheet,
    sheetBytes,
  }
}

/** Rows among which examples are chosen. */
const CHOICE = 400

/**
 * Chooses rows to begin with, none drawn worse than the median: the most usual latent first, then as they come; of each
 * class in turn where there are classes.
 */
export function chooseRows ({ count, classes, squaredError, mean }: Sample, wanted: number): number[] {
  const errors = squaredError.subarray(0, Math.min(count, CHOICE))
  const median = errors.toSorted()[errors.length >> 1]!
  const rows = [...errors.keys()].filter(row => errors[row]! <= median)
  const size = mean.length / count
  const averages = Array.from({ length: size }, (_, unit) =>
    rows.reduce((sum, row) => sum + mean[row * size + unit]!, 0) / rows.length)
  const strangeness = (row: number) =>
    averages.reduce((sum, average, unit) => sum + (mean[row * size + unit]! - average) ** 2, 0)
  const usual = rows.reduce((best, row) => strangeness(row) < strangeness(best) ? row : best)
  rows.splice(rows.indexOf(usual), 1)
  rows.unshift(usual)
  if (classes === undefined) return rows.slice(0, wanted)
  const seen = new Map<number, number>()
  const turn = new Map(rows.map(row => {
    const nth = seen.get(classes[row]!) ?? 0
    seen.set(classes[row]!, nth + 1)
    return [row, nth * 256 + classes[row]!]
  }))
  return rows.sort((a, b) => turn.get(a)! - turn.get(b)!).slice(0, wanted)
}

/** Says in words how well an image is drawn, beside the sample's. @param closer share of the sample that it beats */
export function judge (error: number, { squaredError }: Sample): { words: string, closer: number } {
  const closer = squaredError.filter(other => other > error).length / squaredError.length
  const words = closer >= 2 / 3
    ? 'Drawn well'
    : closer >= 0.2 ? 'As usual' : closer >= 0.03 ? 'Drawn poorly' : 'Unlike what it knows'
  return { words, closer }
}
