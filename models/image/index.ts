/**
 * Decoding pictures for models: the one way for trainer and service. Apart from the rest of this package, since it
 * loads native libraries.
 */
import { rustVersion } from './rust-image.js'
import { vipsVersion } from './vips.js'

export { decodeImage, type DecodeOptions } from './decode.js'
export { ImageFault } from './fault.js'
export type { Fit } from './fit.js'
export { fitFrame, shrunkFrameSize } from './frame.js'
export { readOrientation } from './orientation.js'
export type { Orientation } from './picture.js'
export { isQuickPng } from './plain.js'
export type { Raster, Size } from './picture.js'
export { readPixels as readStoredPixels } from './rust-image.js'
export { readSize } from './size.js'
export { decodeAnimation, readAnimation, type Animation } from './vips.js'
export { SNIFF_BYTES, sniffImage, type ImageFormat } from './sniff.js'
export { isTurned, turnUpright } from './turn.js'

/** Versions of what decodes: others may give slightly other pixels. */
export const decoderVersion = `${rustVersion}, ${vipsVersion}`
