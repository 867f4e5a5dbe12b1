export interface Size { readonly width: number, readonly height: number }

/** A picture as it is stored: not turned, without transparency. */
export interface Raster extends Size {
  /** 1: grey. 3: RGB. */
  readonly channels: 1 | 3
  /** 8 bit, interleaved, row by row. */
  readonly pixels: Uint8Array
}

/**
 * The way in which a file stores its pixels, as EXIF's Orientation (TIFF 6.0) numbers it: 1 upright, 2 to 4 mirrored or
 * upside down, 5 to 8 with rows and columns swapped.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
