/** Runs one program on TensorFlow.js's cpu backend and, traced and lowered, on ONNX Runtime. */
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers'
import { createRuntimeSession, type RuntimeArrays } from '../../trainer/engine/runtime.js'
import { lower, type LowerOptions } from '../../trainer/onnx/lower.js'
import { fuseActivations } from '../../trainer/onnx/passes/fuse-activations.js'
import { trace, type Program } from '../../trainer/onnx/trace.js'
import { createRandom } from '../../trainer/random/index.js'
import type { TensorType } from '../../trainer/onnx/ir.js'

tf.enableProdMode()

export interface Input { readonly shape: readonly number[], readonly values: Float32Array }

/** Standard normal values. */
export function normal (seed: number, ...shape: number[]): Input {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  createRandom(seed, 'test').fillNormal(values)
  return { shape, values }
}

/** Values in (low, high). */
export function uniform (seed: number, low: number, high: number, ...shape: number[]): Input {
  const random = createRandom(seed, 'test')
  const values = Float32Array.from(
    { length: shape.reduce((product, size) => product * size, 1) },
    () => low + (high - low) * random.uniform()
  )
  return { shape, values }
}

export async function runEagerly (program: Program, inputs: Record<string, Input>): Promise<RuntimeArrays> {
  await tf.setBackend('cpu')
  const outputs = tf.tidy(() =>
    program(
      Object.fromEntries(
        Object.entries(inputs).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape], 'float32')])
      )
    )
  )
  const arrays: RuntimeArrays = {}
  for (const [name, tensor] of Object.entries(outputs)) {
    arrays[name] = { shape: tensor.shape, values: Float32Array.from(await tensor.data()) }
    tensor.dispose()
  }
  return arrays
}

export async function runLowered (
  program: Program,
  inputs: Record<string, Input>,
  options?: LowerOptions
): Promise<RuntimeArrays> {
  const types: Record<string, TensorType> = {}
  for (const [name, { shape }] of Object.entries(inputs)) types[name] = { shape, dtype: 'float32' }
  const writer = lower(trace(program, types), options)
  fuseActivations(writer)
  const graph = writer.finish({ graphName: 'test', producerVersion: '0' })
  const session = await createRuntimeSession(graph, { threads: 1 })
  try {
    return await session.run(inputs)
  } finally {
    await session.release()
  }
}

/** The largest difference relative to max(1, |reference|), over all outputs; shapes must agree. */
export async function largestDifference (
  program: Program,
  inputs: Record<string, Input>,
  options?: LowerOptions
): Promise<number> {
  const [reference, lowered] = [await runEagerly(program, inputs), await runLowered(program, inputs, options)]
  let largest = 0
  for (const [name, { shape, values }] of Object.entries(reference)) {
    const other = lowered[name]
    if (other === undefined || other.shape.join() !== shape.join()) {
      throw new Error(`expected ${name} of shape [${shape.join()}] but found [${other?.shape.join()}]`)
    }
    values.forEach((value, i) => {
      const found = other.values[i]!
      if (Number.isNaN(value) !== Number.isNaN(found)) largest = Infinity
      else if (value !== found) largest = Math.max(largest, Math.abs(value - found) / Math.max(1, Math.abs(value)))
    })
  }
  return largest
}
