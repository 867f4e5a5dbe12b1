import type { GraphRunner } from '@partition-vae/models'
import type { Scratch } from './scratch.js'

export interface BatchTimings {
  /** Until all inputs were there: decoding. Milliseconds. */
  readonly decodeMs: number
  /** In the graphs. Milliseconds. */
  readonly inferenceMs: number
}

export interface BatchOptions {
  /** Most rows of one run. */
  readonly rows: number
  /**
   * Rounds runs up to powers of two: CUDA searches for its convolutions anew for each batch size it has not seen, so
   * that they should be few.
   */
  readonly pad: boolean
  /** Memory in which encoded images are put together. Default: memory of its own for each run. */
  readonly scratch?: Scratch
}

/** Numbers, or what writes them when it is known where they belong. */
export type Input = Float32Array | { readonly length: number, write (into: Float32Array): void }

/** The graphs as a task sees them. */
export interface SharedGraphs extends GraphRunner {
  encode (input: Input, n: number): Promise<Encoded>
}

interface Call<R> {
  readonly input: Input
  readonly n: number
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

interface Encoded { readonly mean: Float32Array, readonly logVariance: Float32Array }
export type Settled<T> = { readonly value: T } | { readonly error: unknown }

/**
 * Runs tasks side by side, each written as if it had the graphs to itself. What they ask of a graph is held back until
 * every task that is not finished asks for something; then it goes through in one run (in several where it is more than
 * `rows`), and each gets its part. A task that fails fails alone.
 */
export async function runTogether<T> (
  tasks: ReadonlyArray<(graphs: SharedGraphs) => Promise<T>>, graphs: GraphRunner, options: BatchOptions
): Promise<{ readonly outcomes: Array<Settled<T>>, readonly timings: BatchTimings }> {
  const started = performance.now()
  let decodeMs: number | undefined
  let inferenceMs = 0
  let active = tasks.length
  let encodes: Array<Call<Encoded>> = []
  let decodes: Array<Call<Float32Array>> = []

  async function timed<R> (run: () => Promise<R>): Promise<R> {
    const start = performance.now()
    decodeMs ??= start - started
    try {
      return await run()
    } finally {
      inferenceMs += performance.now() - start
    }
  }

  function proceed (): void {
    if (encodes.length + decodes.length < Math.max(active, 1)) return
    const [encoding, decoding] = [encodes, decodes]
    encodes = []
    decodes = []
    answer(encoding, input => timed(() => encodeRows(input, graphs, options)), sliceEncoded, options.scratch).catch(
      rejectAll(encoding)
    )
    answer(decoding, input => timed(() => decodeRows(input, graphs, options)), sliceRows).catch(rejectAll(decoding))
  }

  const shared: SharedGraphs = {
    encode: (input, n) => new Promise((resolve, reject) => {
      encodes.push({ input, n, resolve, reject })
      proceed()
    }),
    decode: (input, n) => new Promise((resolve, reject) => {
      decodes.push({ input, n, resolve, reject })
      proceed()
    }),
  }

  async function settle (task: (graphs: SharedGraphs) => Promise<T>): Promise<Settled<T>> {
    try {
      return { value: await task(shared) }
    } catch (error) {
      return { error }
    } finally {
      active--
      proceed()
    }
  }

  const outcomes = await Promise.all(tasks.map(settle))
  return { outcomes, timings: { decodeMs: decodeMs ?? performance.now() - started, inferenceMs } }
}

const rejectAll = (calls: ReadonlyArray<Call<never>>) => (error: unknown): void => {
  for (const { reject } of calls) reject(error)
}

interface Rows { readonly data: Float32Array, readonly n: number }

async function answer<R> (
  calls: ReadonlyArray<Call<R>>,
  run: (rows: Rows) => Promise<R>,
  slice: (result: R, from: number, to: number, n: number) => R,
  scratch = UNKEPT
): Promise<void> {
  if (calls.length === 0) return
  const n = calls.reduce((sum, call) => sum + call.n, 0)
  const result = await gather(calls, scratch, data => run({ data, n }))
  let from = 0
  for (const call of calls) {
    call.resolve(calls.length === 1 ? result : slice(result, from, from + call.n, n))
    from += call.n
  }
}

const UNKEPT: Scratch = { lend: (length, use) => use(new Float32Array(length)) }

/** The inputs of all calls, one after the other. */
async function gather<R> (
  calls: ReadonlyArray<Call<R>>,
  scratch: Scratch,
  use: (data: Float32Array) => Promise<R>
): Promise<R> {
  const [{ input: first }] = calls as [Call<R>]
  if (calls.length === 1 && first instanceof Float32Array) return await use(first)
  return await scratch.lend(
    calls.reduce((length, { input }) => length + input.length, 0),
    data => {
      let offset = 0
      for (const { input } of calls) {
        if (input instanceof Float32Array) data.set(input, offset)
        else input.write(data.subarray(offset, offset + input.length))
        offset += input.length
      }
      return use(data)
    }
  )
}

const sliceRows = (data: Float32Array, from: number, to: number, n: number): Float32Array => {
  const size = data.length / n
  return data.subarray(from * size, to * size)
}

const sliceEncoded = ({ mean, logVariance }: Encoded, from: number, to: number, n: number): Encoded =>
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

async function encodeRows (rows: Rows, graphs: GraphRunner, options: BatchOptions): Promise<Encoded> {
  const parts = await runInParts(rows, (data, n) => graphs.encode(data, n), sliceEncoded, options)
  return parts.length === 1
    ? parts[0]!
    : { mean: join(parts.map(({ mean }) => mean)), logVariance: join(parts.map(({ logVariance }) => logVariance)) }
}

async function decodeRows (rows: Rows, graphs: GraphRunner, options: BatchOptions): Promise<Float32Array> {
  return join(await runInParts(rows, (data, n) => graphs.decode(data, n), sliceRows, options))
}

/** At most `rows` in each run. */
async function runInParts<R> (
  { data, n }: Rows,
  run: (data: Float32Array, n: number) => Promise<R>,
  slice: (result: R, from: number, to: number, n: number) => R,
  { rows, pad }: BatchOptions
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
