/** The lowering table: every TensorFlow.js kernel that a traced program may use. */
import { arrangementKernels } from './arrangement.js'
import { convolutionKernels } from './convolution.js'
import { elementwiseKernels } from './elementwise.js'
import { joiningKernels } from './joining.js'
import { lookupKernels } from './lookup.js'
import { matrixKernels } from './matrix.js'
import { poolingKernels } from './pooling.js'
import { reductionKernels } from './reduction.js'
import type { KernelDefinitions } from '../ir.js'

export const kernelDefinitions: KernelDefinitions = {
  ...elementwiseKernels,
  ...matrixKernels,
  ...convolutionKernels,
  ...poolingKernels,
  ...reductionKernels,
  ...arrangementKernels,
  ...joiningKernels,
  ...lookupKernels,
}
