/**
 * What of this package runs in browsers too, without Node: how pixels, layers and latents are computed. What is drawn
 * and read in a page is so what the service draws and reads.
 */
export * from './foundation/pixels.js'
export * from './latents/architecture.js'
export * from './latents/influence.js'
export * from './latents/latent-space.js'
export * from './latents/partitions.js'
export * from './latents/traversal.js'
export * from './pictures/layers.js'
export { toChannels } from './image/colour.js'
export { placePicture } from './image/place-picture.js'
export type { Raster } from './image/picture.js'
export { readSize, isGrey } from './image/size.js'
export { SNIFF_BYTES, sniffImage } from './image/sniff.js'
