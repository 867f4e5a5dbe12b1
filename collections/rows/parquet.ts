/** Latents as Parquet: a list of floats a partition, which pyarrow, pandas and DuckDB read by themselves. */
import { asyncBufferFromFile, parquetReadObjects, type SchemaElement } from 'hyparquet'
import { ByteWriter, parquetWrite, type ColumnSource } from 'hyparquet-writer'
import { createTable, columnsOf, type Column, type LatentTable } from './table.js'
import type { Manifest } from './manifest.js'

/** The key of the metadata under which the file says what its latents are of. */
const METADATA = 'partition-vae'

/** @returns the bytes of a file: the same for the same rows */
export function writeParquet (table: LatentTable, manifest: Manifest): Uint8Array {
  const columns = columnsOf(table, manifest.partitions)
  const { files } = table
  const writer = new ByteWriter()
  parquetWrite({
    writer,
    schema: [
      { name: 'root', num_children: columns.length + 1 },
      { name: 'file', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      ...columns.flatMap(schemaOf),
    ],
    columnData: [{ name: 'file', data: [...files] }, ...columns.map(column => dataOf(column, files.length))],
    rowGroupSize: Math.max(1, files.length),
    kvMetadata: [{ key: METADATA, value: JSON.stringify(describe(manifest)) }],
    createdBy: 'partition-vae',
  })
  return new Uint8Array(writer.getBuffer())
}

function describe ({ model, version, encoderSha256, pixelRule, fit, invert, partitions, latentSize }: Manifest) {
  return { model, version, encoderSha256, pixelRule, fit, invert, latentSize, partitions }
}

function schemaOf ({ name, size }: Column): SchemaElement[] {
  if (size === undefined) return [{ name, type: 'FLOAT', repetition_type: 'REQUIRED' }]
  return [
    { name, repetition_type: 'REQUIRED', converted_type: 'LIST', logical_type: { type: 'LIST' }, num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
  ]
}

function dataOf ({ name, size, offset, stride, data }: Column, rows: number): ColumnSource {
  const values: Array<number | number[]> = []
  // By loops: rows are many and lists short, so that calls for each would cost more than the numbers.
  for (let row = 0, at = offset; row < rows; row++, at += stride) {
    if (size === undefined) {
      values.push(data[at]!)
      continue
    }
    const list: number[] = []
    for (let i = at; i < at + size; i++) list.push(data[i]!)
    values.push(list)
  }
  // Bytes of a float by their rank, one after the other: half of the time of plain ones, and smaller.
  return { name, data: values, encoding: 'BYTE_STREAM_SPLIT' }
}

export async function readParquet (path: string, manifest: Manifest): Promise<LatentTable> {
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) })
  const table = createTable(rows.length, manifest)
  for (const { file } of rows) table.files.push(String(file))
  for (const { name, size, offset, stride, data } of columnsOf(table, manifest.partitions)) {
    rows.forEach(({ [name]: value }, row) => {
      const at = row * stride + offset
      if (size === undefined) data[at] = value as number
      else data.set(value as number[], at)
    })
  }
  return table
}
