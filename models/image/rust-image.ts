import { createRequire } from 'node:module'
import { FastResizeFilter, ResizeFit, Transformer } from '@napi-rs/image'
import type { Size } from './picture.js'

const { version } = createRequire(import.meta.url)('@napi-rs/image/package.json') as { version: string }
export const rustVersion = `@napi-rs/image ${version}`

/** Either at once, or later from one of libuv's threads. */
type Pixels = Uint8Array | Promise<Uint8Array>

/**
 * The pixels of a plain PNG, JPEG or portable pixmap as they are stored: 8 bit, interleaved, as many channels as it
 * has.
 * @param blocking on this thread
 * @throws Error for bytes that do not decode
 */
export function readPixels (file: Uint8Array, blocking: boolean): Pixels {
  return pixelsOf(new Transformer(file), blocking)
}

/** A file as `readPixels` takes it, or RGBA. */
export type Source = Uint8Array | (Size & { readonly rgba: Uint8Array })

/**
 * Stretches one side of a picture: Lanczos 3 where it shrinks, cubic convolution where it grows, over all pixels that
 * contribute, with their centres at ½ as Pillow has them. One only: of two, this library would do the columns first,
 * and clip what overshoots in between.
 * @returns 8 bit RGBA, whatever the picture has
 */
export function stretchSide (source: Source, to: Size, enlarged: boolean, blocking: boolean): Pixels {
  const transformer = source instanceof Uint8Array ? new Transformer(source) : Transformer.fromRgbaPixels(source.rgba, source.width, source.height)
  const filter = enlarged ? FastResizeFilter.CatmullRom : FastResizeFilter.Lanczos3
  return pixelsOf(transformer.fastResize({ width: to.width, height: to.height, filter, fit: ResizeFit.Fill }), blocking)
}

function pixelsOf (transformer: Transformer, blocking: boolean): Pixels {
  return blocking ? transformer.rawPixelsSync() : transformer.rawPixels()
}
