import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { arch, platform } from 'node:os'
import { fileURLToPath } from 'node:url'
import * as ort from 'onnxruntime-node'
import type { GraphContract, TensorSpec } from '@partition-vae/models'
import { expected, RuntimeError } from '../foundation/errors.js'

export type ExecutionProvider = 'cpu' | 'cuda'
/** `auto`: CUDA where its libraries are installed, the CPU elsewhere. */
export type ProviderPreference = 'auto' | ExecutionProvider

/** The outputs' data by name. */
export type Tensors = Readonly<Record<string, Float32Array>>

export interface Session {
  /** N rows: every input [N, …] by its contract's name → every output [N, …]. */
  run (feeds: Tensors, rows: number): Promise<Tensors>
  release (): Promise<void>
}

/**
 * Why CUDA can't be used, or undefined. ONNX Runtime has no probe: it throws and writes to stderr, once for each
 * session, so the missing library is looked for first.
 */
export function cudaProblem (): string | undefined {
  const root = join(dirname(fileURLToPath(import.meta.resolve('onnxruntime-node'))), '..', 'bin')
  const found = readdirSync(root).some(abi =>
    existsSync(join(root, abi, platform(), arch(), 'libonnxruntime_providers_cuda.so'))
  )
  return found ? undefined : 'ONNX Runtime\'s CUDA libraries are not installed (libonnxruntime_providers_cuda.so)'
}

const rowSize = ({ dims }: TensorSpec): number => dims.reduce<number>((size, dim) => dim === 'N' ? size : size * dim, 1)
const dimsOf = ({ dims }: TensorSpec, rows: number): number[] => dims.map(dim => dim === 'N' ? rows : dim)

const OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
} as const satisfies ort.InferenceSession.SessionOptions

/**
 * Writes a graph as ONNX Runtime optimises it for the CPU of this machine: a small file, and beside it one of the
 * weights that sessions map into memory. What a session packs for matrix products stays its own: ONNX Runtime 1.30
 * writes packed weights at multiples of 32 bytes and reads them with instructions that need 64 on CPUs with AVX-512
 * (`vmovaps zmm`), which ends the process.
 * @param weights the other file's name
 * @throws Error of ONNX Runtime for bytes that are no graph, or files that can't be written
 */
export async function optimiseGraph (graph: Uint8Array, path: string, weights: string): Promise<void> {
  const session = await ort.InferenceSession.create(graph, {
    ...OPTIONS,
    executionProviders: ['cpu'],
    optimizedModelFilePath: path,
    extra: {
      session: {
        optimized_model_external_initializers_file_name: weights,
        optimized_model_external_initializers_min_size_in_bytes: '1024',
      },
    },
  })
  await session.release()
}

/**
 * One graph, ready to run on this thread. Runs are synchronous native calls: they block it. One thread of arithmetic
 * each, as parallelism comes from the workers.
 * @param weights the folder of the weights of a graph that `optimiseGraph` wrote
 * @throws Error of ONNX Runtime for bytes that are no graph, or a provider that is missing
 * @throws PVAE_INFERENCE_FAILED for a graph whose inputs or outputs have other names than the contract's
 */
export async function createSession (
  graph: Uint8Array,
  { inputs, outputs }: GraphContract,
  provider: ExecutionProvider,
  weights?: string
): Promise<Session> {
  const session = await ort.InferenceSession.create(graph, {
    ...OPTIONS,
    executionProviders: provider === 'cuda' ? ['cuda', 'cpu'] : ['cpu'],
    ...weights !== undefined && {
      graphOptimizationLevel: 'disabled',
      extra: { session: { model_external_initializers_file_folder_path: weights } },
    },
  })
  try {
    checkNames("the graph's inputs", inputs, session.inputNames)
    checkNames("the graph's outputs", outputs, session.outputNames)
  } catch (error) {
    await session.release()
    throw error
  }
  return {
    async run (feeds, rows) {
      checkNames('the feeds', inputs, Object.keys(feeds))
      const tensors = Object.fromEntries(inputs.map(spec => [spec.name, createTensor(spec, feeds[spec.name]!, rows)]))
      const results = await session.run(tensors)
      return Object.fromEntries(outputs.map(spec => [spec.name, readTensor(spec, results[spec.name]!, rows)]))
    },
    release: () => session.release(),
  }
}

function checkNames (what: string, specs: readonly TensorSpec[], names: readonly string[]): void {
  const wanted = specs.map(({ name }) => name)
  if (wanted.length === names.length && wanted.every(name => names.includes(name))) return
  throw new RuntimeError(expected(wanted.join(', '), what, names.join(', ') || 'none'))
}

function createTensor (spec: TensorSpec, data: unknown, rows: number): ort.Tensor {
  if (!(data instanceof Float32Array)) {
    throw new RuntimeError(expected(spec.dtype, `${spec.name}.dtype`, data?.constructor.name ?? 'nothing'))
  }
  const size = rows * rowSize(spec)
  if (rows < 1 || data.length !== size) {
    throw new RuntimeError(
      expected(`${size} elements ([${dimsOf(spec, rows).join(', ')}])`, spec.name, String(data.length))
    )
  }
  return new ort.Tensor(spec.dtype, data, dimsOf(spec, rows))
}

function readTensor (spec: TensorSpec, { dims, type, data }: ort.Tensor, rows: number): Float32Array {
  const wanted = dimsOf(spec, rows).join(', ')
  if (!(data instanceof Float32Array) || dims.join(', ') !== wanted) {
    throw new RuntimeError(
      expected(`${spec.dtype} [${wanted}]`, spec.name, `${type} [${dims.join(', ')}] from the graph`)
    )
  }
  return data
}
