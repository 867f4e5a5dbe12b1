/** The trainer's one door to ONNX Runtime. */
import './telemetry.js'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import type { RunSpan } from '../profile/runtime-events.js'
import { microseconds } from '../profile/timeline.js'

export type RuntimeArrays = Record<string, { readonly shape: readonly number[], readonly values: Float32Array }>

export interface RuntimeSession {
  /** Float32 tensors by name, in and out, in the graph's own layouts. */
  run(inputs: RuntimeArrays): Promise<RuntimeArrays>
  release(): Promise<void>
  /** What a session that profiles has recorded so far: ONNX Runtime's text, and when its runs were. It goes on without profiling. */
  endProfiling?(): Promise<{ readonly text: string, readonly runs: readonly RunSpan[] }>
}

export interface RuntimeOptions {
  /** Threads inside one operator. */
  readonly threads: number
  /** `extended` fuses; `all` also rewrites layouts, which costs more than it gives in training graphs. */
  readonly optimization?: 'extended' | 'all'
  /** Whether each operation is timed, which costs a tenth and more. */
  readonly profile?: boolean
}

export async function createRuntimeSession (model: Uint8Array, { threads, optimization = 'extended', profile = false }: RuntimeOptions): Promise<RuntimeSession> {
  const recorder = profile ? await createRecorder() : undefined
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
    ...recorder?.options,
  })
  return {
    async run (inputs) {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([name, { shape, values }]) => [name, new ort.Tensor('float32', values, shape)]))
      const start = microseconds()
      const results = await session.run(feeds)
      recorder?.runs.push({ start, end: microseconds() })
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, { shape: tensor.dims, values: tensor.data as Float32Array }]))
    },
    release: async () => {
      await session.release()
      await recorder?.discard()
    },
    ...recorder === undefined
      ? {}
      : {
          async endProfiling () {
            session.endProfiling()
            return { text: await recorder.read(), runs: recorder.runs }
          },
        },
  }
}

/** ONNX Runtime can only write a profile to a file, whose name it completes by the time. */
async function createRecorder () {
  const folder = await mkdtemp(join(tmpdir(), 'partition-vae-profile-'))
  return {
    options: { enableProfiling: true, profileFilePrefix: join(folder, 'runtime') },
    runs: [] as RunSpan[],
    async read (): Promise<string> {
      const [name] = await readdir(folder)
      return await readFile(join(folder, name!), 'utf8')
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Shapes of a model's inputs and outputs by name; a length that is not known is its symbol or `?`. */
export async function readShapes (model: Uint8Array): Promise<Map<string, ReadonlyArray<number | string>>> {
  const session = await ort.InferenceSession.create(model, { executionProviders: ['cpu'], intraOpNumThreads: 1, graphOptimizationLevel: 'disabled', logSeverityLevel: 3 })
  try {
    const tensors = [...session.inputMetadata, ...session.outputMetadata]
    return new Map(tensors.flatMap(tensor => tensor.isTensor ? [[tensor.name, tensor.shape.map(size => size === '' ? '?' : size)] as const] : []))
  } finally {
    await session.release()
  }
}
