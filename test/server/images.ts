import { readFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import type { ImageShape } from '@partition-vae/models'

/** A 7 of the MNIST test set, 28 × 28, grey. */
export function readDigit (): Promise<Buffer> {
  return readFile(new URL('../fixtures/digit.png', import.meta.url))
}

/** 8 bit [H, W, C] with 1 to 4 channels → a pipeline, for tests to write in any container. */
export function imageOf (bytes: Uint8Array, { height, width, channels }: ImageShape): Sharp {
  const image = sharp(bytes, { raw: { height, width, channels: channels as 1 | 2 | 3 | 4 } })
  return channels <= 2 ? image.toColourspace('b-w') : image
}

export function pngOf (bytes: Uint8Array, shape: ImageShape): Promise<Buffer> {
  return imageOf(bytes, shape).png().toBuffer()
}

/** What a file holds: 8 bit, interleaved, as many channels as it has. */
export async function pixelsOf (
  file: Uint8Array
): Promise<{ bytes: Uint8Array; height: number; width: number; channels: number }> {
  const { channels } = await sharp(file).metadata()
  const { data, info } = await sharp(file)
    .toColourspace(channels < 3 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { bytes: data, height: info.height, width: info.width, channels: info.channels }
}

/** A PNG that says it is 30,000 × 30,000: 900 million pixels out of a few bytes. */
export async function pngBomb (): Promise<Buffer> {
  const bomb = Buffer.from(await pngOf(new Uint8Array(4), { height: 2, width: 2, channels: 1 }))
  bomb.writeUInt32BE(30_000, 16)
  bomb.writeUInt32BE(30_000, 20)
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
  return bomb
}

/** Of a PNG chunk: ISO 3309. */
export function crc32 (bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

export const SVG = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><rect width="28" height="28"/></svg>'
)
