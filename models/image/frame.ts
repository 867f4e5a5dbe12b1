/** Frames that something else has decoded, e.g. a video's: the same pixels as a picture of them would give. */
import type { ImageShape } from '../foundation/pixels.js'
import { toChannels } from './colour.js'
import type { Fit } from './fit.js'
import type { Raster, Size } from './picture.js'
import { placePicture, reductionOf, type Placing } from './place-picture.js'
import { shrinkFactor } from './shrink.js'

/**
 * Brings an upright frame to a model's shape, by the pixel rule (see PIXEL_RULE), over black.
 * @returns 8 bit [H, W, C]
 */
export function fitFrame (frame: Raster, shape: ImageShape, fit: Fit): Uint8Array {
  return toChannels(placePicture(frame, placing(shape, fit)), frame.channels, shape.channels)
}

/**
 * Computes the size to which whoever decodes frames may reduce them first, each pixel the mean of a square: it costs
 * less, and as little accuracy as it does where large JPEGs are shrunk. Often their own size.
 */
export function shrunkFrameSize (size: Size, shape: ImageShape, fit: Fit): Size {
  const { x, y } = reductionOf(placing(shape, fit), size)
  const by = shrinkFactor(size, Math.min(x, y))
  return { width: size.width / by, height: size.height / by }
}

const placing = (frame: Size, fit: Fit): Placing => ({ frame, fit, orientation: 1, background: 0 })
