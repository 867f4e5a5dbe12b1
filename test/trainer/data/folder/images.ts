import sharp, { type Sharp } from 'sharp'

/** Image files for tests, made by sharp's encoders. Encoding is not restricted by the blocked decoders. */

/** Values that differ from pixel to pixel: 8 bit [height, width, channels]. Phases 0…31 give different images. */
export function pattern (height: number, width: number, channels: number, phase = 0): Uint8Array {
  return Uint8Array.from({ length: height * width * channels }, (_, i) => (phase * 40 + i * 37) % 256)
}

type Channels = 1 | 2 | 3 | 4

export function encode (pixels: Uint8Array | Uint16Array, height: number, width: number, channels: Channels): Sharp {
  const space = { 1: 'b-w', 2: 'b-w', 3: 'srgb', 4: 'srgb' }[channels]
  const space16 = channels > 2 ? 'rgb16' : 'grey16'
  return sharp(pixels, { raw: { height, width, channels } }).toColourspace(
    pixels instanceof Uint16Array ? space16 : space
  )
}

/** A PNG that decodes to `pattern(height, width, channels, phase)`. */
export function png (height: number, width: number, channels: Channels, phase = 0): Promise<Buffer> {
  return encode(pattern(height, width, channels, phase), height, width, channels).png().toBuffer()
}
