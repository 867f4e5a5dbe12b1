/** Latents as lines of JSON, an object a picture: `{"file": …, "pose": […], "style": […]}`. */
import type { Manifest } from './manifest.js'
import { columnsOf, createTable, type LatentTable } from './table.js'

export function writeJsonLines (table: LatentTable, { partitions }: Manifest): Uint8Array {
  const columns = columnsOf(table, partitions)
  const lines = table.files.map((file, row) => {
    const values = columns.map(({ name, size, offset, stride, data }) => {
      const at = row * stride + offset
      return [name, size === undefined ? shorten(data[at]!) : Array.from(data.subarray(at, at + size), shorten)]
    })
    return `${JSON.stringify({ file, ...Object.fromEntries(values) })}\n`
  })
  return Buffer.from(lines.join(''))
}

/** The shortest decimal that reads as the same float32 has nine digits at most. */
const shorten = (value: number): number => Number(value.toPrecision(9))

export function readJsonLines (text: string, manifest: Manifest): LatentTable {
  const rows = text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Record<string, unknown>)
  const table = createTable(rows.length, manifest)
  for (const { file } of rows) table.files.push(String(file))
  for (const { name, size, offset, stride, data } of columnsOf(table, manifest.partitions)) {
    rows.forEach((row, i) => {
      const at = i * stride + offset
      if (size === undefined) data[at] = row[name] as number
      else data.set(row[name] as number[], at)
    })
  }
  return table
}
