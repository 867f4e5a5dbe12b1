/** sRGB's transfer function, both ways. IEC 61966-2-1. */
const linearOf = (v: number) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
const gammaOf = (y: number) => y <= 0.0031308 ? 12.92 * y : 1.055 * y ** (1 / 2.4) - 0.055

/** [256] 8 bit → linear light. */
const LINEAR = Float32Array.from({ length: 256 }, (_, i) => linearOf(i / 255))
/** [257] linear light in 255ths → 8 bit, to interpolate in; the last twice, so that it has a neighbour. */
const GAMMA = Uint8Array.from({ length: 257 }, (_, i) => Math.round(255 * gammaOf(Math.min(i, 255) / 255)))

/**
 * 8 bit sRGB → 8 bit grey of the same luminance (Rec. 709 weights in linear light), with libvips' tables, and so its
 * results.
 */
function luminance (red: number, green: number, blue: number): number {
  const y = Math.min(255, 255 * (0.2126 * LINEAR[red]! + 0.7152 * LINEAR[green]! + 0.0722 * LINEAR[blue]!))
  const i = Math.floor(y)
  return Math.round(GAMMA[i]! + (GAMMA[i + 1]! - GAMMA[i]!) * (y - i))
}

/**
 * Lays what is transparent over a background: alpha is the last channel. 8 bit, [n, channels] → [n, channels − 1].
 * Rounds down, as libvips does.
 */
export function flatten (bytes: Uint8Array, channels: 2 | 4, background: number): Uint8Array {
  const colours = channels - 1
  const flat = new Uint8Array(bytes.length / channels * colours)
  for (let from = 0, to = 0; from < bytes.length; from += channels) {
    const alpha = bytes[from + colours]!
    for (let c = 0; c < colours; c++) flat[to++] = (bytes[from + c]! * alpha + background * (255 - alpha)) / 255
  }
  return flat
}

/**
 * 8 bit, [n, 1 or 3] → [n, 1 or 3]: grey is repeated, colour becomes its luminance. The same array where there is
 * nothing to do.
 */
export function toChannels (bytes: Uint8Array, from: 1 | 3, to: number): Uint8Array {
  if (from === to) return bytes
  if (from === 1) return Uint8Array.from({ length: bytes.length * 3 }, (_, i) => bytes[Math.floor(i / 3)]!)
  const grey = new Uint8Array(bytes.length / 3)
  for (let i = 0; i < grey.length; i++) grey[i] = luminance(bytes[3 * i]!, bytes[3 * i + 1]!, bytes[3 * i + 2]!)
  return grey
}
