/**
 * Reads TensorBoard's event files, independently of the code that writes them: framing and checksums bit by bit,
 * protobuf by its wire format. https://protobuf.dev/programming-guides/encoding, tensorflow/core/util/event.proto,
 * tensorflow/core/framework/summary.proto
 */
import { readFileSync } from 'node:fs'

export interface ReadValue {
  readonly tag: string
  readonly scalar?: number
  readonly image?: { readonly height: number; readonly width: number; readonly png: Buffer }
  readonly histogram?: {
    readonly statistics: readonly number[]
    readonly limits: readonly number[]
    readonly counts: readonly number[]
  }
}

export interface ReadEvent {
  readonly wallTime: number
  readonly step: number
  readonly version?: string
  readonly sessionStatus?: number
  readonly values: readonly ReadValue[]
}

/** Polynomial division, a bit at a time. */
function slowCrc32c (bytes: Uint8Array): number {
  let crc = 0xffffffffn
  for (const byte of bytes) {
    crc ^= BigInt(byte)
    for (let i = 0; i < 8; i++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n
  }
  return Number(crc ^ 0xffffffffn)
}

const masked = (crc: number) => Number(((BigInt(crc) >> 15n | BigInt(crc) << 17n) + 0xa282ead8n) & 0xffffffffn)

/**
 * The data of each whole record. A torn last one is passed over, as TensorBoard does. @throws Error where a checksum is
 * wrong
 */
export function readRecords (file: Buffer): Buffer[] {
  const records: Buffer[] = []
  for (let at = 0; at + 12 <= file.length;) {
    const length = Number(file.readBigUInt64LE(at))
    if (at + 16 + length > file.length) break
    const data = file.subarray(at + 12, at + 12 + length)
    if (file.readUInt32LE(at + 8) !== masked(slowCrc32c(file.subarray(at, at + 8)))) {
      throw new Error(`wrong checksum of the length at ${at}`)
    }
    if (file.readUInt32LE(at + 12 + length) !== masked(slowCrc32c(data))) {
      throw new Error(`wrong checksum of the data at ${at}`)
    }
    records.push(data)
    at += 16 + length
  }
  return records
}

type Field = number | Buffer
/** Fields by number, in order: varints as numbers, everything else as its bytes. */
function fieldsOf (message: Buffer): Map<number, Field[]> {
  const fields = new Map<number, Field[]>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++]!
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
  }
  const bytes = (length: number): Buffer => {
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const key = varint()
    const wire = key & 7
    const field: Field = wire === 0 ? varint() : bytes(wire === 1 ? 8 : wire === 5 ? 4 : varint())
    fields.set(key >> 3, [...fields.get(key >> 3) ?? [], field])
  }
  return fields
}

const bytesIn = (fields: Map<number, Field[]>, field: number) => fields.get(field)?.[0] as Buffer | undefined
const doublesIn = (buffer: Buffer) => Array.from({ length: buffer.length / 8 }, (_, i) => buffer.readDoubleLE(8 * i))

export function parseEvent (data: Buffer): ReadEvent {
  const event = fieldsOf(data)
  const version = bytesIn(event, 3)?.toString()
  const session = bytesIn(event, 7)
  const summary = bytesIn(event, 5)
  return {
    wallTime: bytesIn(event, 1)!.readDoubleLE(),
    step: event.get(2)![0] as number,
    ...version === undefined ? {} : { version },
    ...session === undefined ? {} : { sessionStatus: fieldsOf(session).get(1)![0] as number },
    values: summary === undefined ? [] : (fieldsOf(summary).get(1) ?? []).map(value => parseValue(value as Buffer)),
  }
}

function parseValue (data: Buffer): ReadValue {
  const value = fieldsOf(data)
  const image = bytesIn(value, 4)
  const histogram = bytesIn(value, 5)
  return {
    tag: bytesIn(value, 1)!.toString(),
    ...value.has(2) ? { scalar: bytesIn(value, 2)!.readFloatLE() } : {},
    ...image === undefined ? {} : { image: parseImage(fieldsOf(image)) },
    ...histogram === undefined ? {} : { histogram: parseHistogram(fieldsOf(histogram)) },
  }
}

const parseImage = (fields: Map<number, Field[]>) =>
  ({ height: fields.get(1)![0] as number, width: fields.get(2)![0] as number, png: bytesIn(fields, 4)! })

const parseHistogram = (fields: Map<number, Field[]>) => ({
  statistics: [1, 2, 3, 4, 5].map(field => bytesIn(fields, field)!.readDoubleLE()),
  limits: doublesIn(bytesIn(fields, 6)!),
  counts: doublesIn(bytesIn(fields, 7)!),
})

export const readEventFile = (path: string): ReadEvent[] => readRecords(readFileSync(path)).map(parseEvent)
