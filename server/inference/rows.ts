import type { GraphRunner } from '@partition-vae/models'

/** How rows are cut into runs. */
export interface RunOptions {
  /** Most rows of one run. */
  readonly rows: number
  /**
   * Rounds runs up to powers of two: CUDA searches for its convolutions anew for each batch size it has not seen, so
   * that they should be few.
   */
  readonly pad: boolean
}

/** Rows of a graph's input, one after the other. */
export interface Rows { readonly data: Float32Array, readonly n: number }

export interface Encoded { readonly mean: Float32Array, readonly logVariance: Float32Array }

/** Rows `from` to `to` of `n`. Not a copy. */
export const sliceRows = (data: Float32Array, from: number, to: number, n: number): Float32Array => {
  const size = data.length / n
  return data.subarray(from * size, to * size)
}

export const sliceEncoded = ({ mean, logVariance }: Encoded, from: number, to: number, n: number): Encoded =>
  ({ mean: sliceRows(mean, from, to, n), logVariance: sliceRows(logVariance, from, to, n) })

function join (arrays: readonly Float32Array[]): Float32Array {
  if (arrays.length === 1) return arrays[0]!
  const joined = new Float32Array(arrays.reduce((length, array) => length + array.length, 0))
  let offset = 0
  for (const array of arrays) {
    joined.set(array, offset)
    offset += array.length
  }
  return joined
}

/** Encodes rows in as many runs as it takes. */
export async function encodeRows (rows: Rows, graphs: GraphRunner, options: RunOptions): Promise<Encoded> {
  const parts = await runInParts(rows, (data, n) => graphs.encode(data, n), sliceEncoded, options)
  return parts.length === 1
    ? parts[0]!
    : { mean: join(parts.map(({ mean }) => mean)), logVariance: join(parts.map(({ logVariance }) => logVariance)) }
}

/** Runs a graph of one output on rows, in as many runs as it takes. */
export async function decodeRows (
  rows: Rows,
  run: GraphRunner['decode'],
  options: RunOptions
): Promise<Float32Array> {
  return join(await runInParts(rows, run, sliceRows, options))
}

/** At most `rows` in each run. */
async function runInParts<R> (
  { data, n }: Rows,
  run: (data: Float32Array, n: number) => Promise<R>,
  slice: (result: R, from: number, to: number, n: number) => R,
  { rows, pad }: RunOptions
): Promise<R[]> {
  const size = data.length / n
  const results: R[] = []
  for (let from = 0; from < n; from += rows) {
    const count = Math.min(rows, n - from)
    const part = data.subarray(from * size, (from + count) * size)
    const padded = pad ? Math.min(rows, 2 ** Math.ceil(Math.log2(count))) : count
    if (padded === count) {
      results.push(await run(part, count))
      continue
    }
    const input = new Float32Array(padded * size)
    input.set(part)
    results.push(slice(await run(input, padded), 0, count, padded))
  }
  return results
}
