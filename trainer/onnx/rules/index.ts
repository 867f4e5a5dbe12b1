/** The rules, in the order in which they are tried: of those that match a node, the first is taken. */
import { didYouMean } from '@partition-vae/models'
import { TrainerError } from '../../foundation/errors.js'
import type { RewriteRule } from '../ir.js'
import { stepOfRectified } from './activation.js'
import { biasedProduct } from './bias.js'
import { hardSigmoidStep, leakyReluGradient } from './blocked/activation.js'
import { blockedConvolution, interleavedConvolutions, pixelBlocks } from './blocked/convolution.js'
import { blockedFilterGradient, swappedFilterGradient } from './blocked/filter-gradient.js'
import { blockedMaxPoolGradient, blockedPool, rectifiedPoolGradient } from './blocked/pooling.js'
import { blockedSum } from './blocked/reduction.js'
import {
  upsampledConvolution,
  upsampledFilterGradient,
  upsampledInputGradient,
} from './blocked/upsampled-convolution.js'
import { blockedPixelSums, blockedRepeatedPixels } from './blocked/upsampling.js'
import { extremeIndexInFloats } from './portable/extreme-index.js'
import { tiledMaxPoolGradient } from './portable/max-pool-gradient.js'

/** Rules that use ONNX Runtime's blocked layout, which a check at start-up has to prove first. */
export const blockedRules: readonly RewriteRule[] = [
  // What is exactly the work of a smaller image comes before what computes it faster.
  upsampledConvolution,
  upsampledInputGradient,
  upsampledFilterGradient,
  rectifiedPoolGradient,
  pixelBlocks,
  blockedConvolution,
  interleavedConvolutions,
  swappedFilterGradient,
  blockedFilterGradient,
  blockedPool,
  blockedMaxPoolGradient,
  blockedRepeatedPixels,
  blockedPixelSums,
  blockedSum,
  leakyReluGradient,
  hardSigmoidStep,
]

/** Rules that keep to operators which every execution provider has. */
export const portableRules: readonly RewriteRule[] = [tiledMaxPoolGradient, extremeIndexInFloats]

/** Rules of standard operators that hold everywhere. */
export const plainRules: readonly RewriteRule[] = [biasedProduct, stepOfRectified]

export interface RuleChoice {
  /** Channels in a block of ONNX Runtime's blocked layout on this machine; absent: no blocked layout. */
  readonly blockSize?: number | undefined
  /** Uses only operators that ONNX Runtime has on every device. Default false. */
  readonly portable?: boolean | undefined
  /** Names of rules to leave out. Default none. */
  readonly without?: readonly string[] | undefined
}

const allRules = [...blockedRules, ...portableRules, ...plainRules]

/**
 * Chooses the rules for a device, in order.
 * @throws TrainerError PVAE_INVALID_PARAMETER for a name in `without` that no rule has
 */
export function chooseRules ({ blockSize, portable = false, without = [] }: RuleChoice): RewriteRule[] {
  const names = allRules.map(({ name }) => name)
  const unknown = without.find(name => !names.includes(name))
  if (unknown !== undefined) {
    const found = `${JSON.stringify(unknown)}${didYouMean(unknown, names)}`
    const message = `expected rules of ${names.join(', ')} to do without but received ${found}`
    throw new TrainerError('PVAE_INVALID_PARAMETER', message)
  }
  const chosen = [...blockSize === undefined ? [] : blockedRules, ...portable ? portableRules : [], ...plainRules]
  return chosen.filter(({ name }) => !without.includes(name))
}
