/** The encoded sample of a model, as the explorer needs it. */
export interface Sample {
  readonly count: number
  /** [N, D] */
  readonly mean: Float32Array
  /** [N], averaged over an image's values. */
  readonly squaredError: Float32Array
  /** [D], averaged over the images. */
  readonly logVariance: Float32Array
  readonly classes?: Uint8Array | undefined
  readonly factors: readonly string[]
  /** [N, K] */
  readonly factor?: Float32Array | undefined
  /** Thumbnails row by row. */
  readonly sheet: { readonly type: string, readonly columns: number, readonly width: number, readonly height: number }
  readonly sheetBytes: Uint8Array<ArrayBuffer>
}

const MAGIC = 'PVAESMP1'

interface Header {
  readonly count: number
  readonly factors?: readonly string[]
  readonly columns: ReadonlyArray<{ readonly name: string, readonly offset: number, readonly bytes: number }>
  readonly sheet: Sample['sheet'] & { readonly offset: number, readonly bytes: number }
}

/** Reads `sample.bin`. @throws Error if it is something else */
export function parseSample (buffer: ArrayBuffer): Sample {
  const text = (offset: number, bytes: number) => new TextDecoder().decode(new Uint8Array(buffer, offset, bytes))
  const magic = text(0, Math.min(8, buffer.byteLength))
  if (magic !== MAGIC) throw new Error(`expected ${MAGIC} for the sample but found ${magic}`)
  const header = JSON.parse(text(12, new DataView(buffer).getUint32(8, true))) as Header
  const column = (name: string) => header.columns.find(column => column.name === name)
  const floats = (name: string) => {
    const found = column(name)
    return found && new Float32Array(buffer, found.offset, found.bytes / 4)
  }
  const classes = column('class')
  return {
    count: header.count,
    mean: floats('mean')!,
    squaredError: floats('squaredError')!,
    logVariance: floats('logVariance')!,
    classes: classes && new Uint8Array(buffer, classes.offset, classes.bytes),
    factors: header.factors ?? [],
    factor: floats('factor'),
    sheet: header.sheet,
    sheetBytes: new Uint8Array(buffer, header.sheet.offset, header.sheet.bytes),
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
