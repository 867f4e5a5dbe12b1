/** Held-out test images that README's commands send to the service. */
import sharp from 'sharp'
import { pixelCount } from '@partition-vae/models'
import type { ImageSource } from '../../../trainer/measure/batches.js'

/** @param index of the image in its data set @returns a PNG of its size */
export async function writeExample (dataset: ImageSource, index: number): Promise<Uint8Array> {
  const { height, width, channels } = dataset.shape
  const pixels = new Uint8Array(pixelCount(dataset.shape)) // [H, W, C]
  await dataset.read(Uint32Array.of(index), pixels)
  const image = sharp(pixels, { raw: { height, width, channels: channels === 1 ? 1 : 3 } })
  return await image.toColourspace(channels === 1 ? 'b-w' : 'srgb').png().toBuffer()
}
