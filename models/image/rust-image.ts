/**
 * The quick decoder, for plain pictures alone. It has no fixed cost: a PNG of 28 × 28 takes 37 µs of CPU time on the
 * way to a model's pixels, 742 by sharp, whose pipeline is set up anew for each picture; a JPEG of that size 86 and 697
 * (`npm run bench:decode`). Its JPEG transform is the accurate one; @julusian/jpeg-turbo's is the fast one, which is up
 * to 21 levels off.
 */
import { createRequire } from 'node:module'
import { Transformer } from '@napi-rs/image'

const { version } = createRequire(import.meta.url)('@napi-rs/image/package.json') as { version: string }
export const rustVersion = `@napi-rs/image ${version}`

/**
 * Reads the pixels of a plain PNG or JPEG as they are stored: 8 bit, interleaved, as many channels as it has; two bytes
 * in the machine's order for each number of a PNG of 16 bit.
 * @param blocking on this thread, at once; else on one of libuv's
 * @throws Error for bytes that do not decode
 */
export function readPixels (file: Uint8Array, blocking: boolean): Uint8Array | Promise<Uint8Array> {
  const transformer = new Transformer(file)
  return blocking ? transformer.rawPixelsSync() : transformer.rawPixels()
}
