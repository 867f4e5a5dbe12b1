import type { ImageShape } from '../foundation/pixels.js'

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

/** The parts of a card that determine its graphs' boundaries. */
export interface ModelShape {
  readonly image: ImageShape
  readonly latentSize: number
}

export interface LayeredShape extends ModelShape {
  readonly partitions: readonly unknown[]
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

/**
 * `latent` [N, D] → `layers` [N, P, 4, H, W], at the full resolution: for each partition in card order what it draws,
 * as RGB in [0, 1], and the share α of each pixel that is its own, straight (RGB is not multiplied by α). A pixel's
 * shares sum to 1. A partition that is a gain has α = 0, and its RGB, which may be above 1, is what each channel is
 * multiplied by: image = gain · Σ α · RGB, clamped to [0, 1].
 */
export function layersContract ({ image: { height, width }, latentSize, partitions }: LayeredShape): GraphContract {
  return {
    inputs: [{ name: 'latent', dtype: 'float32', dims: ['N', latentSize] }],
    outputs: [{ name: 'layers', dtype: 'float32', dims: ['N', partitions.length, 4, height, width] }],
  }
}
