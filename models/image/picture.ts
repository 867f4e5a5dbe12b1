export interface Size { readonly width: number, readonly height: number }

/** A picture as it is stored: not turned, without transparency. */
export interface Picture extends Size {
  /** 1: grey. 3: RGB. */
  readonly channels: 1 | 3
  /** Pixels that are decoded, 8 bit, interleaved, row by row; or a PNG or JPEG that holds just these pixels. */
  readonly data: { readonly pixels: Uint8Array } | { readonly file: Uint8Array }
}

/**
 * As a portable greymap or pixmap: the shortest way to hand pixels of one or three channels to a library that reads
 * files.
 */
export function withHeader (pixels: Uint8Array, { width, height }: Size, channels: 1 | 3): Uint8Array {
  return Buffer.concat([Buffer.from(`P${channels === 1 ? 5 : 6}\n${width} ${height}\n255\n`, 'latin1'), pixels])
}
