/**
 * ONNX Runtime as WebAssembly, on the page's one thread: more threads would need memory that is shared, which browsers
 * give only to pages that are isolated from all others. The one file that imports it.
 */
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm'

/** A graph of a model, ready to run. */
export interface Graph {
  /**
   * @param input name of the graph's input
   * @param dims of `values`, N first
   * @returns the values of each output, by its name
   */
  run (input: string, values: Float32Array, dims: readonly number[]): Promise<Readonly<Record<string, Float32Array>>>
}

let loading: Promise<void> | undefined
/** The last run: one after another, since they share one thread and memory. */
let last: Promise<unknown> = Promise.resolve()

async function load (runtime: () => Promise<Uint8Array>): Promise<void> {
  env.wasm.numThreads = 1
  env.logLevel = 'error'
  env.wasm.wasmBinary = await runtime()
}

/**
 * Opens a graph.
 * @param onnx the file
 * @param runtime gives the WebAssembly of ONNX Runtime; asked once
 * @throws Error of ONNX Runtime
 */
export async function openGraph (onnx: Uint8Array, runtime: () => Promise<Uint8Array>): Promise<Graph> {
  loading ??= load(runtime)
  await loading.catch(error => {
    loading = undefined
    throw error
  })
  const session = await InferenceSession.create(onnx, { executionProviders: ['wasm'] })
  return {
    async run (input, values, dims) {
      const running = last.then(() => session.run({ [input]: new Tensor('float32', values, dims) }))
      last = running.catch(() => {})
      return Object.fromEntries(Object.entries(await running).map(([name, { data }]) => [name, data as Float32Array]))
    },
  }
}
