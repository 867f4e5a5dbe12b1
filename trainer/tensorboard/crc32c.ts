/** The Castagnoli polynomial 0x1EDC6F41, bits reversed. */
const POLYNOMIAL = 0x82f63b78

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? remainder >>> 1 ^ POLYNOMIAL : remainder >>> 1
  return remainder
})

/**
 * CRC-32C (RFC 3720, appendix B.4), unsigned. Node's zlib has only the CRC-32 of zip files, whose polynomial is
 * another.
 */
export function crc32c (bytes: Uint8Array): number {
  let remainder = 0xffffffff
  for (let i = 0; i < bytes.length; i++) remainder = remainder >>> 8 ^ TABLE[(remainder ^ bytes[i]!) & 0xff]!
  return ~remainder >>> 0
}
