/** The lowering table: every TensorFlow.js kernel that a traced program may use. */
import { arrangementKernels } from './arrangement.js'
import { binaryKernels } from './binary.js'
import { convolutionKernels } from './convolution.js'
import { joiningKernels } from './joining.js'
import { lookupKernels } from './lookup.js'
import { matrixKernels } from './matrix.js'
import { poolingKernels } from './pooling.js'
import { reductionKernels } from './reduction.js'
import { slicingKernels } from './slicing.js'
import { unaryKernels } from './unary.js'
import type { KernelDefinitions } from '../ir.js'

export const kernelDefinitions: KernelDefinitions = {
  ...unaryKernels,
  ...binaryKernels,
  ...matrixKernels,
  ...convolutionKernels,
  ...poolingKernels,
  ...reductionKernels,
  ...arrangementKernels,
  ...slicingKernels,
  ...joiningKernels,
  ...lookupKernels,
}
