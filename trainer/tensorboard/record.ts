/**
 * One record of a TFRecord file (https://www.tensorflow.org/tutorials/load_data/tfrecord), little endian: length (8
 * bytes), masked CRC-32C of these bytes (4), data, masked CRC-32C of the data (4). A reader stops at a record that a
 * kill cut short.
 */
export function frameRecord (data: Uint8Array): Uint8Array {
  const record = Buffer.alloc(8 + 4 + data.length + 4)
  record.writeBigUInt64LE(BigInt(data.length))
  record.writeUInt32LE(masked(record.subarray(0, 8)), 8)
  record.set(data, 12)
  record.writeUInt32LE(masked(data), 12 + data.length)
  return record
}

/** Rotated and shifted, since a CRC over data that holds CRCs would tell little. */
function masked (bytes: Uint8Array): number {
  const crc = crc32c(bytes)
  return ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0
}

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
