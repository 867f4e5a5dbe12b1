/** The trainer's one door to ONNX Runtime. */
import './telemetry.js'
import * as ort from 'onnxruntime-node'

export type RuntimeArrays = Record<string, { readonly shape: readonly number[], readonly values: Float32Array }>

export interface RuntimeSession {
  /** Float32 tensors by name, in and out, in the graph's own layouts. */
  run(inputs: RuntimeArrays): Promise<RuntimeArrays>
  release(): Promise<void>
}

export interface RuntimeOptions {
  /** Threads inside one operator. */
  readonly threads: number
  /** `extended` fuses; `all` also rewrites layouts, which costs more than it gives in training graphs. */
  readonly optimization?: 'extended' | 'all'
}

export async function createRuntimeSession (model: Uint8Array, { threads, optimization = 'extended' }: RuntimeOptions): Promise<RuntimeSession> {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: optimization,
    logSeverityLevel: 3,
    // A plan of the first run's memory is laid out beside what that run used, so that peak memory is a quarter higher, and no step is faster.
    enableMemPattern: false,
    // Threads that spin while they wait starve whatever else runs on the machine.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  return {
    async run (inputs) {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([name, { shape, values }]) => [name, new ort.Tensor('float32', values, shape)]))
      const results = await session.run(feeds)
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, { shape: tensor.dims, values: tensor.data as Float32Array }]))
    },
    release: () => session.release(),
  }
}
