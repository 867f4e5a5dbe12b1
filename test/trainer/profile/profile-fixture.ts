import type { EngineProfile, ProfiledOperation } from '../../../trainer/profile/operation.js'

const operation = (
  name: string,
  start: number,
  duration: number,
  more: Partial<ProfiledOperation> = {}
): ProfiledOperation => ({
  name,
  operator: 'Add',
  kernel: 'Add',
  layer: '',
  pass: '',
  inputs: [[2, 3]],
  outputs: [[2, 3]],
  start,
  duration,
  ...more,
})

/** Three steps of three operations; in the second, another program got in between. */
export const threeSteps: EngineProfile = [0, 10_000, 20_000].map((start, step) => ({
  start,
  duration: 4000,
  executionStart: start + 500,
  executionDuration: 3000,
  operations: [
    operation('product', start + 500, step === 1 ? 9000 : 2000, {
      operator: 'Gemm',
      kernel: 'BatchMatMul',
      layer: 'encoder/hidden0',
      pass: 'forward',
      inputs: [
        [100, 1000],
        [1000, 10],
      ],
      outputs: [[100, 10]],
    }),
    operation('sum', start + 2500, 250, { layer: 'encoder/hidden0', pass: 'backward' }),
    operation('inserted', start + 2800, 250, { operator: 'Transpose', kernel: '', outputs: [[3, 2]] }),
  ],
}))
