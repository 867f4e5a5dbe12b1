import type { ImageShape } from './pixels.js'

/** A tensor at a graph's boundary. `'N'` is the symbolic batch dimension. */
export interface TensorSpec {
  readonly name: string
  readonly dtype: 'float32'
  readonly dims: ReadonlyArray<number | 'N'>
}

export interface GraphContract {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

/** What of a card determines its graphs' boundaries. */
export interface ModelShape {
  readonly image: ImageShape
  readonly latentSize: number
}

/** ONNX versions that older Triton and ONNX Runtime releases load. */
export const OPSET_VERSION = 18
export const IR_VERSION = 8

/** `image` [N, C, H, W] in [0, 1] → posterior `mean` and `log_variance` [N, D]. */
export function encoderContract ({ image, latentSize }: ModelShape): GraphContract {
  return {
    inputs: [{ name: 'image', dtype: 'float32', dims: ['N', image.channels, image.height, image.width] }],
    outputs: [
      { name: 'mean', dtype: 'float32', dims: ['N', latentSize] },
      { name: 'log_variance', dtype: 'float32', dims: ['N', latentSize] },
    ],
  }
}

/** `latent` [N, D] → `image` [N, C, H, W] in [0, 1], at the full resolution. */
export function decoderContract ({ image, latentSize }: ModelShape): GraphContract {
  return {
    inputs: [{ name: 'latent', dtype: 'float32', dims: ['N', latentSize] }],
    outputs: [{ name: 'image', dtype: 'float32', dims: ['N', image.channels, image.height, image.width] }],
  }
}
