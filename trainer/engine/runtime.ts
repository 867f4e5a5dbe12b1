/** The trainer's one door to ONNX Runtime. */
import './telemetry.js'
import * as ort from 'onnxruntime-node'
import { createRecorder, type RuntimeRecord } from './runtime-recorder.js'

// What goes wrong is thrown, and said by whoever catches it: a provider that is missing is no error in a log.
ort.env.logLevel = 'fatal'

export type RuntimeArrays = Record<string, { readonly shape: readonly number[], readonly values: Float32Array }>

export interface RuntimeSession {
  /** Float32 tensors by name, in and out, in the graph's own layouts. */
  run(inputs: RuntimeArrays): Promise<RuntimeArrays>
  release(): Promise<void>
}

/** A session whose state stays with it: after a run its results are the state of the next. */
export interface StatefulSession extends RuntimeSession {
  /**
   * Needs the state to have been written.
   * @param into where results are to be written, by name; default none
   * @returns the results beside those and the state
   */
  run(inputs: RuntimeArrays, into?: RuntimeArrays): Promise<RuntimeArrays>
  /** A copy of the state, by the names of its inputs. */
  readState(): Promise<RuntimeArrays>
  writeState(state: RuntimeArrays): void
  /** Ends profiling and returns the record so far, where the session profiles. It goes on without. */
  endProfiling?(): Promise<RuntimeRecord>
}

/** The provider that computes, by ONNX Runtime's name for it. The CPU does what a provider can't do. */
export type ExecutionProvider = 'cpu' | 'cuda' | 'webgpu'

export interface RuntimeOptions {
  /** Threads inside one operator. */
  readonly threads: number
  /** `extended` fuses; `all` also rewrites layouts, which costs more than it gives in training graphs. */
  readonly optimization?: 'extended' | 'all'
  /** Default `cpu`. */
  readonly provider?: ExecutionProvider
  /**
   * Whether threads that wait may spin for a moment before they sleep: short operators are done sooner, at the cost of
   * who else computes. Default false.
   */
  readonly spin?: boolean | undefined
}

/** In µs, about what waking a thread takes. ONNX Runtime's own default is a hundred times as long, and no faster. */
const SPIN_DURATION = 50

export interface StatefulOptions extends RuntimeOptions {
  /** The result that becomes the state's next value, by the name of the state's input. */
  readonly state: Readonly<Record<string, string>>
  /**
   * A model that gives its inputs, which are those of the state, back as results of the same names as above: how a
   * state is read that a device holds.
   */
  copyModel(): Uint8Array
  /** Whether each operation is timed, which costs a tenth and more. Default false. */
  readonly profile?: boolean
}

/** @throws Error where the provider can't be had */
export async function createRuntimeSession (model: Uint8Array, options: RuntimeOptions): Promise<RuntimeSession> {
  const session = await ort.InferenceSession.create(model, sessionOptions(options))
  return {
    async run (inputs) {
      return toArrays(await session.run(toTensors(inputs)))
    },
    release: () => session.release(),
  }
}

/** @throws Error where the provider can't be had */
export async function createStatefulSession (
  model: Uint8Array,
  { state: results, copyModel, profile = false, ...options }: StatefulOptions
): Promise<StatefulSession> {
  // Of the providers, the binding for Node.js lets only WebGPU's results stay where they are.
  const stays = options.provider === 'webgpu'
  const isState = new Set(Object.values(results))
  const recorder = profile ? await createRecorder() : undefined
  const session = await ort.InferenceSession.create(model, {
    ...sessionOptions(options),
    ...(stays ? { preferredOutputLocation: locations(Object.values(results)) } : {}),
    ...recorder?.options,
  })
  const anywhere = Object.fromEntries(session.outputNames.map(name => [name, null]))
  let state: Record<string, ort.Tensor> = {}
  let copier: ort.InferenceSession | undefined
  const replaceState = (next: Record<string, ort.Tensor>) => {
    for (const tensor of Object.values(state)) if (tensor.location === 'gpu-buffer') tensor.dispose()
    state = next
  }
  return {
    async run (inputs, into = {}) {
      const unknown = Object.keys(into).find(name => !(name in anywhere))
      if (unknown !== undefined) throw new Error(`expected a result of the graph to be written but found ${unknown}`)
      const feeds = { ...state, ...toTensors(inputs) }
      // The binding fills what it is given, and returns copies of it all the same.
      const fetches = { ...anywhere, ...toTensors(into) }
      const run = () => session.run(feeds, fetches)
      const outputs = await (recorder === undefined ? run() : recorder.timed(run))
      replaceState(Object.fromEntries(Object.entries(results).map(([input, result]) => [input, outputs[result]!])))
      return toArrays(
        Object.fromEntries(Object.entries(outputs).filter(([name]) => !isState.has(name) && !(name in into)))
      )
    },
    async readState () {
      const isHere = Object.values(state).every(({ location }) => location === 'cpu')
      if (isHere) return toArrays(state)
      copier ??= await ort.InferenceSession.create(copyModel(), sessionOptions(options))
      const copies = await copier.run(state)
      return toArrays(Object.fromEntries(Object.entries(results).map(([input, result]) => [input, copies[result]!])))
    },
    writeState: given => replaceState(toTensors(given)),
    async release () {
      replaceState({})
      await copier?.release()
      await session.release()
      await recorder?.discard()
    },
    ...(recorder === undefined
      ? {}
      : {
          endProfiling () {
            session.endProfiling()
            return recorder.read()
          },
        }),
  }
}

function sessionOptions ({
  threads,
  optimization = 'extended',
  provider = 'cpu',
  spin = false,
}: RuntimeOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: optimization,
    logSeverityLevel: 3,
    // A plan of the first run's memory is laid out beside what that run used, so that peak memory is a quarter higher,
    // and no step is faster.
    enableMemPattern: false,
    // Threads that spin for long while they wait starve whatever else runs on the machine.
    extra: {
      session: {
        intra_op: spin ? { allow_spinning: '1', spin_duration_us: String(SPIN_DURATION) } : { allow_spinning: '0' },
      },
    },
  }
}

const locations = (names: readonly string[]) => Object.fromEntries(names.map(name => [name, 'gpu-buffer' as const]))

function toTensors (arrays: RuntimeArrays): Record<string, ort.Tensor> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, values }]) => [name, new ort.Tensor('float32', values, shape)])
  )
}

function toArrays (tensors: Readonly<Record<string, ort.Tensor>>): RuntimeArrays {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dims, data }]) => [name, { shape: dims, values: data as Float32Array }])
  )
}

/** Shapes of a model's inputs and outputs by name; a length that is not known is its symbol or `?`. */
export async function readShapes (model: Uint8Array): Promise<Map<string, ReadonlyArray<number | string>>> {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  })
  try {
    const tensors = [...session.inputMetadata, ...session.outputMetadata]
    return new Map(
      tensors.flatMap(tensor =>
        tensor.isTensor ? [[tensor.name, tensor.shape.map(size => (size === '' ? '?' : size))] as const] : []
      )
    )
  } finally {
    await session.release()
  }
}
