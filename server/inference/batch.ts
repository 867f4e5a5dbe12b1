import type { GraphRunner } from '@partition-vae/models'
import type { Graphs } from '@partition-vae/collections/runtime'
import { InferenceError } from '../foundation/errors.js'
import {
  decodeRows, encodeRows, sliceEncoded, sliceRows, type Encoded, type Rows, type RunOptions,
} from './rows.js'
import type { Scratch } from './scratch.js'

export interface BatchTimings {
  /** Until all inputs were there: decoding. Milliseconds. */
  readonly decodeMs: number
  /** In the graphs. Milliseconds. */
  readonly inferenceMs: number
  /** From the first task's beginning to the last one's end. Milliseconds. */
  readonly wholeMs: number
}

export interface BatchOptions extends RunOptions {
  /** Memory in which encoded images are put together. Default: memory of its own for each run. */
  readonly scratch?: Scratch
}

/** Numbers, or what writes them when it is known where they belong. */
export type Input = Float32Array | { readonly length: number, write (into: Float32Array): void }

/** The graphs as a task sees them. */
export interface SharedGraphs extends GraphRunner {
  encode (input: Input, n: number): Promise<Encoded>
  /** As `Graphs`. @throws PVAE_INFERENCE_FAILED for a model without layers */
  layers (latent: Float32Array, n: number): Promise<Float32Array>
}

interface Call<R> {
  readonly input: Input
  readonly n: number
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

export type Settled<T> = { readonly value: T } | { readonly error: unknown }

/**
 * Runs tasks side by side, each written as if it had the graphs to itself. What they ask of a graph is held back until
 * every task that is not finished asks for something; then it goes through in one run (in several where it is more than
 * `rows`), and each gets its part. A task that fails fails alone.
 */
export async function runTogether<T> (
  tasks: ReadonlyArray<(graphs: SharedGraphs) => Promise<T>>, graphs: Graphs, options: BatchOptions
): Promise<{ readonly outcomes: Array<Settled<T>>, readonly timings: BatchTimings }> {
  const started = performance.now()
  let decodeMs: number | undefined
  let inferenceMs = 0
  let active = tasks.length
  let encodes: Array<Call<Encoded>> = []
  let decodes: Array<Call<Float32Array>> = []
  let drawings: Array<Call<Float32Array>> = []

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
    if (encodes.length + decodes.length + drawings.length < Math.max(active, 1)) return
    const [encoding, decoding, drawing] = [encodes, decodes, drawings]
    encodes = []
    decodes = []
    drawings = []
    answer(encoding, input => timed(() => encodeRows(input, graphs, options)), sliceEncoded, options.scratch).catch(
      rejectAll(encoding)
    )
    const runRows = (calls: ReadonlyArray<Call<Float32Array>>, run: GraphRunner['decode']) =>
      answer(calls, input => timed(() => decodeRows(input, run, options)), sliceRows).catch(rejectAll(calls))
    runRows(decoding, graphs.decode)
    runRows(drawing, graphs.layers ?? refuseLayers)
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
    layers: (input, n) => new Promise((resolve, reject) => {
      drawings.push({ input, n, resolve, reject })
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
  const wholeMs = performance.now() - started
  return { outcomes, timings: { decodeMs: decodeMs ?? wholeMs, inferenceMs, wholeMs } }
}

const rejectAll = (calls: ReadonlyArray<Call<never>>) => (error: unknown): void => {
  for (const { reject } of calls) reject(error)
}

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

const refuseLayers = async (): Promise<never> => {
  throw new InferenceError('expected a model that draws its partitions apart, for its layers, but received another')
}
