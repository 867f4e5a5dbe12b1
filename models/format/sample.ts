/**
 * The encoded sample of a model, `sample.bin`: some images of its data as posterior means, with what is known of them
 * and a sheet of thumbnails. One file: `PVAESMP1`, the length of the header (uint32, little-endian), the header as
 * JSON, and then columns and sheet, where the header says.
 */
import { Compile } from '../foundation/typebox.js'
import type { Card } from './card-schema.js'
import { describe, ModelError } from '../foundation/errors.js'
import { schemaMismatch } from '../foundation/schema-mismatch.js'
import {
  SAMPLE_ALIGNMENT, SAMPLE_MAGIC, SampleHeaderSchema,
  type SampleColumn, type SampleDatatype, type SampleHeader,
} from './sample-schema.js'

const HEADER_AT = SAMPLE_MAGIC.length + Uint32Array.BYTES_PER_ELEMENT
const ELEMENT_BYTES: Readonly<Record<SampleDatatype, number>> = { FP32: 4, UINT32: 4, UINT8: 1 }

/** A sample as it is measured. N images, D units. */
export interface SampleDraft {
  readonly data: SampleHeader['data']
  /** [N]: of each image in the data set */
  readonly index: Uint32Array
  /** [N, D] */
  readonly mean: Float32Array
  /** [D], averaged over the images */
  readonly logVariance: Float32Array
  /** [N], averaged over an image's values */
  readonly squaredError: Float32Array
  readonly classes?: { readonly values: Uint8Array, readonly names?: readonly string[] | undefined } | undefined
  /** `values`: [N, K] */
  readonly factors?: { readonly values: Float32Array, readonly names: readonly string[] } | undefined
  /** A picture of all images, row by row, without gaps. */
  readonly sheet: Omit<SampleHeader['sheet'], 'offset' | 'bytes'> & { readonly file: Uint8Array }
}

const aligned = (bytes: number): number => Math.ceil(bytes / SAMPLE_ALIGNMENT) * SAMPLE_ALIGNMENT

function bytesOf ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** Writes a sample as one file. (Every machine that this runs on is little-endian.) */
export function packSample (draft: SampleDraft): Uint8Array {
  const { data, index, mean, logVariance, squaredError, classes, factors, sheet: { file, ...sheet } } = draft
  const count = index.length
  const contents: Array<Pick<SampleColumn, 'name' | 'datatype' | 'shape'> & { values: ArrayBufferView }> = [
    { name: 'index', datatype: 'UINT32', shape: [count], values: index },
    { name: 'mean', datatype: 'FP32', shape: [count, mean.length / count], values: mean },
    { name: 'squaredError', datatype: 'FP32', shape: [count], values: squaredError },
    { name: 'logVariance', datatype: 'FP32', shape: [logVariance.length], values: logVariance },
    ...classes === undefined
      ? []
      : [{ name: 'class', datatype: 'UINT8' as const, shape: [count], values: classes.values }],
    ...factors === undefined
      ? []
      : [{ name: 'factor', datatype: 'FP32' as const, shape: [count, factors.names.length], values: factors.values }],
  ]

  /** With everything placed behind a header of so many bytes. */
  const headerFor = (length: number): SampleHeader => {
    let offset = aligned(HEADER_AT + length)
    const place = (bytes: number) => {
      const at = offset
      offset = aligned(offset + bytes)
      return { offset: at, bytes }
    }
    return {
      schemaVersion: 1,
      count,
      data,
      ...classes?.names && { classes: [...classes.names] },
      ...factors && { factors: [...factors.names] },
      columns: contents.map(({ values, ...column }) => ({ ...column, ...place(values.byteLength) })),
      sheet: { ...sheet, ...place(file.length) },
    }
  }
  const write = (header: SampleHeader) => new TextEncoder().encode(JSON.stringify(header))
  // The header holds offsets that depend on its own length: room for all their digits, and spaces behind it.
  const length = aligned(HEADER_AT + write(headerFor(0)).length + 16 * (contents.length + 1)) - HEADER_AT
  const header = headerFor(length)
  const packed = new Uint8Array(header.sheet.offset + file.length).fill(0)
  packed.set(new TextEncoder().encode(SAMPLE_MAGIC))
  new DataView(packed.buffer).setUint32(SAMPLE_MAGIC.length, length, true)
  packed.fill(0x20, HEADER_AT, HEADER_AT + length)
  packed.set(write(header), HEADER_AT)
  header.columns.forEach(({ offset }, i) => packed.set(bytesOf(contents[i]!.values), offset))
  packed.set(file, header.sheet.offset)
  return packed
}

const headerValidator = Compile(SampleHeaderSchema)

/** Reads the header's text, and checks its form. */
function readHeader (bytes: Uint8Array, where: string): SampleHeader {
  const fault = (field: string, expected: string, found: string, cause?: unknown) =>
    new ModelError('PVAE_SAMPLE_INVALID', where, { field, expected, found }, { cause })
  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, SAMPLE_MAGIC.length))
  if (magic !== SAMPLE_MAGIC) throw fault('its first bytes', SAMPLE_MAGIC, describe(magic))
  if (bytes.length < HEADER_AT) throw fault('the file', `at least ${HEADER_AT} bytes`, String(bytes.length))
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(SAMPLE_MAGIC.length, true)
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(HEADER_AT, HEADER_AT + length)))
  } catch (cause) {
    throw fault('the header', 'JSON', `${length} bytes that are not (${describe((cause as Error).message)})`, cause)
  }
  if (headerValidator.Check(header)) return header
  const mismatch = schemaMismatch(headerValidator.Errors(header), header, 'the header')
  throw new ModelError('PVAE_SAMPLE_INVALID', where, mismatch)
}

/**
 * Reads and checks a sample's header: all columns that there must be, with the shapes of the card, and everything
 * inside the file.
 * @throws ModelError PVAE_SAMPLE_INVALID naming the field, what was expected and what was found
 */
export function readSample (bytes: Uint8Array, { latentSize }: Pick<Card, 'latentSize'>, where: string): SampleHeader {
  const header = readHeader(bytes, where)
  const fault = (field: string, expected: string, found: string) =>
    new ModelError('PVAE_SAMPLE_INVALID', where, { field, expected, found })
  const { count, columns, sheet, classes, factors } = header
  const wanted: Record<string, { datatype: SampleDatatype, shape: readonly number[] }> = {
    index: { datatype: 'UINT32', shape: [count] },
    mean: { datatype: 'FP32', shape: [count, latentSize] },
    squaredError: { datatype: 'FP32', shape: [count] },
    logVariance: { datatype: 'FP32', shape: [latentSize] },
    ...(classes ?? columns.find(({ name }) => name === 'class')) && { class: { datatype: 'UINT8', shape: [count] } },
    ...factors && { factor: { datatype: 'FP32', shape: [count, factors.length] } },
  }
  for (const [name, { datatype, shape }] of Object.entries(wanted)) {
    const column = columns.find(column => column.name === name)
    const found = column === undefined ? 'nothing' : `${column.datatype} [${column.shape.join(', ')}]`
    const expected = `${datatype} [${shape.join(', ')}]`
    if (found !== expected) throw fault(`columns.${name}`, expected, found)
  }
  for (const { name, datatype, shape, bytes } of columns) {
    const expected = shape.reduce((size, length) => size * length, ELEMENT_BYTES[datatype])
    if (bytes !== expected) throw fault(`columns.${name}.bytes`, String(expected), String(bytes))
  }
  for (const [field, { offset, bytes: size }] of [
    ...columns.map(column => [`columns.${column.name}`, column] as const),
    ['sheet', sheet] as const,
  ]) {
    if (offset + size > bytes.length) throw fault(field, `bytes before ${bytes.length}, the end`, `${offset + size}`)
  }
  return header
}
