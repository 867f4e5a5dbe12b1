export interface Size { readonly width: number, readonly height: number }

/** A picture as it is stored: not turned, without transparency. */
export interface Raster extends Size {
  /** 1: grey. 3: RGB. */
  readonly channels: 1 | 3
  /** 8 bit, interleaved, row by row. */
  readonly pixels: Uint8Array
}
