import type { JpegHeader } from './jpeg-header.js'
import type { Raster, Size } from './picture.js'
import { readPixels } from './rust-image.js'

type Edged = Pick<JpegHeader, 'width' | 'height' | 'components' | 'padding' | 'frame'>

/** A raster, and whether its edges are to be relied on. */
export interface EdgedRaster extends Raster { readonly sound: boolean }

/**
 * Decodes a plain JPEG whose last column or row of pixels takes colour from padding; the general decoder, which may do
 * so too, takes half a millisecond more. At half of the resolution, colour is interpolated, ¾ of the nearest sample and
 * ¼ of the next one; of pixels at an edge the next one is padding. libjpeg takes the nearest alone; the decoder here
 * takes what is there, up to 60 levels off. But to one column and row more, which its blocks hold, it decodes too:
 * there the shares are the other way round, so that half of the difference of colours, without that of light, is what
 * is missing.
 * @returns not `sound` where a pixel at an edge is clipped, and so its colour not known
 */
export async function readEdged (file: Uint8Array, header: Edged, blocking: boolean): Promise<EdgedRaster> {
  const { width, height, components: channels, padding } = header
  const size = { width: width + Number(padding.right), height: height + Number(padding.below) }
  const pixels = await readPixels(withSize(file, header.frame, size), blocking)
  if (pixels.length !== size.width * size.height * channels) throw new Error(`${pixels.length} bytes of pixels`)
  const row = size.width * channels
  const right = !padding.right || unpad(pixels, (width - 1) * channels, channels, row, size.height)
  const below = !padding.below || unpad(pixels, (height - 1) * row, row, channels, width)
  const cropped = crop(pixels, row, { width: width * channels, height })
  return { width, height, channels, pixels: cropped, sound: right && below }
}

/** The file with another size in its frame: precision, height, width. */
function withSize (file: Uint8Array, frame: number, { width, height }: Size): Uint8Array {
  const copy = Buffer.from(file)
  copy.writeUInt16BE(height, frame + 1)
  copy.writeUInt16BE(width, frame + 3)
  return copy
}

/**
 * Takes padding out of `count` RGB pixels at an edge, from `start` on, `along` bytes apart; `beyond` bytes further are
 * those next to them outside.
 * @returns whether all of both were unclipped
 */
function unpad (pixels: Uint8Array, start: number, beyond: number, along: number, count: number): boolean {
  let unclipped = true
  for (let i = 0, at = start; i < count; i++, at += along) {
    const [red, green, blue] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!]
    const [outerRed, outerGreen, outerBlue] = [pixels[at + beyond]!, pixels[at + beyond + 1]!, pixels[at + beyond + 2]!]
    unclipped &&= Math.min(red, green, blue, outerRed, outerGreen, outerBlue) > 0 &&
      Math.max(red, green, blue, outerRed, outerGreen, outerBlue) < 255
    // JPEG's weights of light.
    const light = 0.299 * (red - outerRed) + 0.587 * (green - outerGreen) + 0.114 * (blue - outerBlue)
    pixels[at] = clip(red + (red - outerRed - light) / 2)
    pixels[at + 1] = clip(green + (green - outerGreen - light) / 2)
    pixels[at + 2] = clip(blue + (blue - outerBlue - light) / 2)
  }
  return unclipped
}

const clip = (value: number) => Math.min(255, Math.max(0, Math.round(value)))

/** The first `width` bytes of the first `height` rows of `row` bytes. */
function crop (pixels: Uint8Array, row: number, { width, height }: Size): Uint8Array {
  if (row === width) return pixels.subarray(0, height * row)
  for (let y = 1; y < height; y++) pixels.copyWithin(y * width, y * row, y * row + width)
  return pixels.subarray(0, height * width)
}
