/** An image file → what the model gets of it → its posterior, all in the page. */
import {
  bytesFromPlanar, isGrey, placePicture, planarFromBytes, readSize, sniffImage, toChannels, type ImageShape,
  type Raster,
} from '@partition-vae/models/portable'
import { ServiceError, type Card, type Encoded } from '../service.js'
import type { Graphs } from './graphs.js'

/** As the service's limit is unless it is set otherwise: width × height. */
const MOST_PIXELS = 40e6

/** As the service would refuse it: the page has words for that. */
const refusal = (status: number, message: string) =>
  new ServiceError(message, { status, code: 'PVAE_IMAGE_UNSUPPORTED' })

/** Decodes a file upright, in sRGB, over black. @throws ServiceError for what is no image, or too large */
async function readRaster (file: Blob): Promise<Raster> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const format = sniffImage(bytes)
  if (format === undefined) throw refusal(415, 'Not a PNG, JPEG or WebP')
  const size = readSize(bytes, format)
  if (size !== undefined && size.width * size.height > MOST_PIXELS) {
    throw refusal(400, `The image has ${size.width} × ${size.height} pixels, more than ${MOST_PIXELS}`)
  }
  const bitmap = await createImageBitmap(new Blob([bytes], { type: `image/${format}` })).catch(() => {
    throw refusal(422, 'The image is damaged')
  })
  const { width, height } = bitmap
  const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false, willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  const { data } = context.getImageData(0, 0, width, height) // [H, W, 4]
  const channels = size !== undefined && isGrey(bytes, format) ? 1 : 3
  const pixels = new Uint8Array(width * height * channels)
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < channels; c++) pixels[i * channels + c] = data[i * 4 + c]!
  }
  return { width, height, channels, pixels }
}

/** Fits a file to a model by the pixel rule, stretched, as the service does. @returns [H, W, C] */
async function readPixels (file: Blob, shape: ImageShape): Promise<Uint8Array> {
  const raster = await readRaster(file)
  const placed = placePicture(raster, { frame: shape, fit: 'fill', orientation: 1, background: 0 })
  return toChannels(placed, raster.channels, shape.channels)
}

export async function encodeInPage (card: Card, graphs: Graphs, file: Blob): Promise<Encoded> {
  const input = await readPixels(file, card.image) // [H, W, C]
  const { mean, logVariance } = await graphs.encode(planarFromBytes(input, card.image), 1) // [1, D]
  const reconstruction = bytesFromPlanar(await graphs.decode(mean, 1), card.image) // [H, W, C]
  return { mean: Array.from(mean), logVariance: Array.from(logVariance), input, reconstruction }
}
