export type ImageFormat = 'png' | 'jpeg' | 'webp'

const SIGNATURES: ReadonlyArray<{ format: ImageFormat, offset: number, bytes: readonly number[] }> = [
  { format: 'png', offset: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { format: 'jpeg', offset: 0, bytes: [0xff, 0xd8, 0xff] },
  { format: 'webp', offset: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
]

/** Bytes that `sniffImage` looks at. */
export const SNIFF_BYTES = 12

/** Recognises the format by the bytes' signature. File names and content types are claims: neither is asked. */
export function sniffImage (bytes: Uint8Array): ImageFormat | undefined {
  return SIGNATURES.find(({ offset, bytes: signature }) => {
    return signature.every((byte, i) => bytes[offset + i] === byte)
  })?.format
}
