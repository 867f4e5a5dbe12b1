/** The EXIF blocks of a WebP (RFC 9649): chunks named EXIF, which only an extended file has. */
export function * readWebpExif (bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const nameAt = (offset: number) => String.fromCharCode(...bytes.subarray(offset, offset + 4))
  if (nameAt(12) !== 'VP8X') return
  // RIFF, size, WEBP; then chunks: name, size, data padded to an even size.
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const size = view.getUint32(offset + 4, true)
    if (nameAt(offset) === 'EXIF') yield bytes.subarray(offset + 8, offset + 8 + size)
    offset += 8 + size + size % 2
  }
}
