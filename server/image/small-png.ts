import { encode } from 'fast-png'
import type { ImageShape } from '@partition-vae/models'

/**
 * Elements of an image up to which this is faster: sharp's pipeline costs half a millisecond before the first pixel,
 * but less for each.
 */
export const SMALL_PNG = 8192

/** As sharp is asked to; higher levels make digits no smaller. */
const LEVEL = 3

/** 8 bit [H, W, C], one channel, three or four → a PNG of as many. */
export function encodeSmallPng (bytes: Uint8Array, { height, width, channels }: ImageShape): Uint8Array {
  return encode({ data: bytes, width, height, channels, depth: 8 }, { zlib: { level: LEVEL } })
}
