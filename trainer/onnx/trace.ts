/**
 * The trace backend: runs a TensorFlow.js program on symbolic tensors. No kernel computes anything; each records a node
 * and returns a tensor that has a shape and a type but no values. Gradients come for free, since TensorFlow.js derives
 * them from the same calls.
 */
import * as tf from '@tensorflow/tfjs-core'
import { TrainerError } from '../foundation/errors.js'
import { kernelDefinitions } from './kernels/index.js'
import { currentPlace, inPlace } from './layer.js'
import type { Attributes, ElementType, Place, TensorType, TracedNode, TracedProgram, TracedTensor } from './ir.js'

export type Tensors = Record<string, tf.Tensor>
/** A pure function of its inputs: all state and all randomness come in and go out as tensors. */
export type Program = (inputs: Tensors) => Tensors

const BACKEND = 'trace'

/** dataId → symbolic tensor. Weak, so that a trace leaves nothing behind. */
const traced = new WeakMap<object, TracedTensor>()

class TraceBackend extends tf.KernelBackend {
  #count = 0
  override write (values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {}
    this.move(dataId, values, shape, dtype)
    return dataId
  }

  override move (dataId: object, values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): void {
    const constant =
      dtype === 'int32'
        ? Int32Array.from(values as Int32Array)
        : dtype === 'bool'
          ? Uint8Array.from(values as Uint8Array)
          : Float32Array.from(values as Float32Array)
    this.register(dataId, {
      shape: [...shape],
      dtype: elementType(dtype),
      source: { kind: 'constant', values: constant },
    })
  }

  register (dataId: object, tensor: TracedTensor): void {
    this.#count++
    traced.set(dataId, tensor)
  }

  override readSync (): never {
    throw new TrainerError(
      'PVAE_TRACE_INVALID',
      'expected a program that never reads tensor values but one did while it was traced: a traced tensor has none'
    )
  }

  override async read (): Promise<never> { return this.readSync() }
  override disposeData (): boolean { this.#count--; return true }
  override numDataIds (): number { return this.#count }
  override refCount (): number { return 1 }
  override incRef (): void {}
  decRef (): boolean { return true }
  override floatPrecision (): 32 { return 32 }
  override epsilon (): number { return 1e-7 }
  override timerAvailable (): boolean { return false }
  override memory () { return { unreliable: true } }
}

function elementType (dtype: tf.DataType): ElementType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new TrainerError(
    'PVAE_TRACE_INVALID',
    `expected tensors of float32, int32 or bool in a traced program but found ${dtype}`
  )
}

function lookUp ({ dataId }: { dataId: object }): TracedTensor {
  const tensor = traced.get(dataId)
  if (tensor === undefined) {
    throw new TrainerError(
      'PVAE_TRACE_INVALID',
      'expected a program that is a pure function of its inputs but it used a tensor made outside it'
    )
  }
  return tensor
}

/** Tells where a tensor was made; undefined for one that is not traced, or not made by a kernel. */
export function placeOf ({ dataId }: { dataId: object }): Place | undefined {
  const source = traced.get(dataId)?.source
  return source?.kind === 'kernel' ? source.node.place : undefined
}

function recordKernel (kernel: string): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const definition = kernelDefinitions[kernel]
    if (definition === undefined) {
      throw new TrainerError(
        'PVAE_KERNEL_NOT_LOWERED',
        `expected a kernel with an ONNX lowering but the program uses ${kernel}, which has none; add it under ` +
          'trainer/onnx/kernels'
      )
    }
    const tracedInputs: Record<string, TracedTensor> = {}
    for (const [name, info] of Object.entries(inputs)) {
      if (info != null) tracedInputs[name] = lookUp(info as tf.TensorInfo)
    }
    const attributes = (attrs ?? {}) as Attributes
    const inferred = definition.infer(tracedInputs, attributes)
    const outputs: TracedTensor[] = []
    const node: TracedNode = { kernel, inputs: tracedInputs, attributes, outputs, place: currentPlace() }
    const infos = (Array.isArray(inferred) ? inferred : [inferred]).map(({ shape, dtype }, index) => {
      const output: TracedTensor = { shape: [...shape], dtype, source: { kind: 'kernel', node, index } }
      outputs.push(output)
      const dataId = {};
      (backend as TraceBackend).register(dataId, output)
      return { dataId, shape: [...shape], dtype }
    })
    return Array.isArray(inferred) ? infos : infos[0]!
  }
}

let registered = false
function registerBackend (): void {
  if (registered) return
  tf.registerBackend(BACKEND, () => new TraceBackend(), 0)
  // Every kernel that TensorFlow.js knows is recorded, so that one without a lowering is reported by its name.
  for (const kernelName of allKernelNames()) {
    tf.registerKernel({ kernelName, backendName: BACKEND, kernelFunc: recordKernel(kernelName) })
  }
  registered = true
}

/** TensorFlow.js exports each kernel's name as a constant of the same name. */
function allKernelNames (): Set<string> {
  const names = new Set(Object.keys(kernelDefinitions))
  for (const [key, value] of Object.entries(tf)) if (key === value || `_${key}` === value) names.add(value as string)
  return names
}

/**
 * Runs `program` once on symbolic inputs of the given shapes and returns what it would compute.
 * @throws TrainerError PVAE_KERNEL_NOT_LOWERED for a kernel without a definition, a value-dependent read, or a captured
 * tensor.
 */
export function trace (program: Program, inputTypes: Readonly<Record<string, TensorType>>): TracedProgram {
  registerBackend()
  const previous = tf.getBackend() as string | undefined // none yet in a fresh process
  tf.setBackend(BACKEND)
  try {
    const inputs = new Map<string, TracedTensor>()
    const outputs = new Map<string, TracedTensor>()
    tf.tidy(() => {
      const backend = tf.backend() as TraceBackend
      const placeholders: Tensors = {}
      for (const [name, { shape, dtype }] of Object.entries(inputTypes)) {
        const input: TracedTensor = { shape: [...shape], dtype, source: { kind: 'input', name } }
        const dataId = {}
        backend.register(dataId, input)
        inputs.set(name, input)
        placeholders[name] = tf.engine().makeTensorFromDataId(dataId, [...shape], dtype, backend)
      }
      const results = inPlace({ layer: '', pass: 'forward' }, () => program(placeholders))
      for (const [name, tensor] of Object.entries(results)) outputs.set(name, lookUp(tensor))
    })
    return { inputs, outputs }
  } finally {
    if (previous !== undefined) tf.setBackend(previous)
  }
}
