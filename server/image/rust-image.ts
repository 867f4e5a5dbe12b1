import { FastResizeFilter, ResizeFit, Transformer } from '@napi-rs/image'

/** The pixels of a PNG as they are stored: 8 bit, interleaved. @throws Error for bytes that do not decode */
export function decodePng (bytes: Uint8Array): Uint8Array {
  return new Transformer(bytes).rawPixelsSync()
}

interface Size { readonly width: number, readonly height: number }

/** 8 bit RGBA to a smaller size, stretched: Lanczos 3 over all pixels that contribute. */
export function shrinkRgba (bytes: Uint8Array, from: Size, to: Size): Uint8Array {
  return Transformer.fromRgbaPixels(bytes, from.width, from.height)
    .fastResize({ width: to.width, height: to.height, filter: FastResizeFilter.Lanczos3, fit: ResizeFit.Fill })
    .rawPixelsSync()
}
