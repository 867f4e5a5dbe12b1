import { createRequire } from 'node:module'
import { Transformer } from '@napi-rs/image'

const { version } = createRequire(import.meta.url)('@napi-rs/image/package.json') as { version: string }
export const rustVersion = `@napi-rs/image ${version}`

/**
 * The pixels of a plain PNG or JPEG as they are stored: 8 bit, interleaved, as many channels as it has.
 * @param blocking on this thread, at once; else on one of libuv's
 * @throws Error for bytes that do not decode
 */
export function readPixels (file: Uint8Array, blocking: boolean): Uint8Array | Promise<Uint8Array> {
  const transformer = new Transformer(file)
  return blocking ? transformer.rawPixelsSync() : transformer.rawPixels()
}
