/**
 * The devices that a training step can be computed on: ONNX Runtime's execution providers, each tried on a small
 * product before it is trusted.
 */
import { TrainerError } from '../foundation/errors.js'
import { GraphWriter } from '../onnx/writer.js'
import { createRuntimeSession, type ExecutionProvider } from './runtime.js'

export const DEVICES = ['cpu', 'cuda', 'webgpu'] as const satisfies readonly ExecutionProvider[]
export type Device = typeof DEVICES[number]

/** As people write them. */
export const DEVICE_NAMES: Readonly<Record<Device, string>> = { cpu: 'CPU', cuda: 'CUDA', webgpu: 'WebGPU' }

export type DeviceReport = { readonly device: Device } & (
  { readonly usable: true } | { readonly usable: false; readonly reason: string }
)

/** The hardware and libraries that each device needs, for the message where it is missing. */
const REMEDIES: Readonly<Record<Device, string>> = {
  cpu: '',
  cuda: 'it needs an NVIDIA GPU, CUDA and cuDNN, and on Linux x64 the libraries that ONNXRUNTIME_NODE_INSTALL=true ' +
    'node node_modules/onnxruntime-node/script/install.js downloads',
  webgpu: 'it needs a GPU with a Vulkan (Linux), Metal or Direct3D driver; on Linux also the loader libvulkan.so.1',
}

const SIDE = 8
const TOLERANCE = 1e-5

type CreateSession = typeof createRuntimeSession

/** Examines whether a device computes, and gives the results that the CPU does. */
export async function examineDevice (
  device: Device,
  createSession: CreateSession = createRuntimeSession
): Promise<DeviceReport> {
  try {
    const session = await createSession(productModel(), { threads: 1, provider: device })
    try {
      const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) => Math.sin(i))
      const { y } = await session.run({ x: { shape: [SIDE, SIDE], values } })
      const difference = y!.values.reduce(
        (largest, value, i) => Math.max(largest, Math.abs(value - product(values, i))),
        0
      )
      return difference <= TOLERANCE
        ? { device, usable: true }
        : { device, usable: false, reason: `its product of two matrices was off by ${difference}` }
    } finally {
      await session.release()
    }
  } catch (error) {
    return { device, usable: false, reason: `${firstLine(error as Error)}; ${REMEDIES[device]}` }
  }
}

export interface ChosenDevice {
  readonly device: Device
  /** Why it is not the one that was hoped for: for the run's record, since nobody asked for that one. */
  readonly note?: string
}

/**
 * The device to train on. `auto` is CUDA where it works, else the CPU: WebGPU's provider is experimental, and most
 * networks here are too small for it.
 * @throws TrainerError PVAE_ENGINE_UNAVAILABLE where the device asked for does not work, with the reason
 */
export async function chooseDevice (
  wanted: Device | 'auto',
  examine: (device: Device) => Promise<DeviceReport> = examineDevice
): Promise<ChosenDevice> {
  if (wanted === 'cpu') return { device: 'cpu' }
  const report = await examine(wanted === 'auto' ? 'cuda' : wanted)
  if (report.usable) return { device: report.device }
  if (wanted === 'auto') {
    return { device: 'cpu', note: `the CPU, since CUDA does not work here (${report.reason.split(';')[0]!})` }
  }
  throw new TrainerError(
    'PVAE_ENGINE_UNAVAILABLE',
    `expected ${wanted} to work for --device but found ${report.reason}`
  )
}

/** y = x · x */
function productModel (): Uint8Array {
  const writer = new GraphWriter()
  const dims = [SIDE, SIDE]
  writer.inputs.push({ name: 'x', dtype: 'float32', dims })
  writer.output({ name: 'y', dtype: 'float32', dims }, writer.node('MatMul', ['x', 'x']))
  return writer.finish({ graphName: 'device', producerVersion: '1' })
}

/** Element i of x · x. */
function product (x: Float32Array, i: number): number {
  const [row, column] = [Math.floor(i / SIDE), i % SIDE]
  let sum = 0
  for (let k = 0; k < SIDE; k++) sum += x[row * SIDE + k]! * x[k * SIDE + column]!
  return sum
}

/** Without the place in ONNX Runtime's sources that its messages begin with. */
function firstLine ({ message }: Error): string {
  return message.split('\n')[0]!.replace(/^\/onnxruntime_src.* was false\. /, '')
}
