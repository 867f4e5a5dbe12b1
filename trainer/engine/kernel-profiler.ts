import * as tf from '@tensorflow/tfjs-core'
import type { Tensors } from '../onnx/trace.js'
import type { EngineProfile, ProfiledOperation, ProfiledRun, Shape } from '../profile/operation.js'
import { microseconds } from '../profile/timeline.js'

export interface KernelProfiler {
  /** Runs a step and times its kernels, until the profile is ended. */
  run (step: () => Tensors): Promise<Tensors>
  end (): Promise<EngineProfile>
}

/**
 * Times TensorFlow.js's kernels. It tells how long each takes, not when: they are laid one after another from the
 * step's start.
 */
export function createKernelProfiler (): KernelProfiler {
  const runs: ProfiledRun[] = []
  let ended = false
  return {
    async run (step) {
      if (ended) return step()
      const start = microseconds()
      let outputs: Tensors = {}
      const { kernels } = await tf.profile(() => {
        outputs = step()
        return Object.values(outputs)
      })
      const duration = microseconds() - start
      const times = await Promise.all(kernels.map(({ kernelTimeMs }) => kernelTimeMs))
      let at = start
      const operations = kernels.map(({ name, inputShapes, outputShapes }, i): ProfiledOperation => {
        const operation = {
          name: `${name}_${i}`,
          operator: name,
          kernel: name,
          layer: '',
          pass: '' as const,
          inputs: inputShapes.filter((shape): shape is Shape & number[] => Array.isArray(shape)),
          outputs: outputShapes as Shape[],
          start: at,
          duration: Number(times[i]) * 1000 || 0, // a backend that can't measure one says so in words
        }
        at += operation.duration
        return operation
      })
      runs.push({ start, duration, executionStart: start, executionDuration: duration, operations })
      return outputs
    },
    async end () {
      ended = true
      return runs
    },
  }
}
