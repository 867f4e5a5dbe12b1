import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type IndexHeader, type Weights } from '@partition-vae/collections/search'
import { Nearest } from '../../../collections/search/nearest.js'

/** Reads an index for a search in plain JavaScript, in float64 and one thread: what the kernel is to beat. */
export async function scanPlainly (
  folder: string, { partitions, count, deviations: { data } }: IndexHeader
): Promise<(latent: Float32Array, weights: Weights, k: number) => { readonly ms: number }> {
  const columns = await Promise.all(partitions.map(async ({ name }) => {
    const { buffer, byteOffset, length } = await readFile(join(folder, 'partitions', `${name}.f32`))
    return new Float32Array(buffer.slice(byteOffset, byteOffset + length))
  }))
  return (latent, weights, k) => {
    const began = performance.now()
    const used = partitions.flatMap(({ name, offset, size }, i) => {
      const weight = weights[name]
      return weight === undefined ? [] : [{ values: columns[i]!, weight, offset, size }]
    })
    const nearest = new Nearest(k)
    for (let row = 0; row < count; row++) {
      let distance = 0
      for (const { values, weight, offset, size } of used) {
        let squares = 0
        for (let unit = 0; unit < size; unit++) {
          const difference = (values[row * size + unit]! - latent[offset + unit]!) / data[offset + unit]!
          squares += difference * difference
        }
        distance += weight * squares
      }
      if (distance < nearest.limit) nearest.add({ row, distance })
    }
    nearest.sorted()
    return { ms: performance.now() - began }
  }
}
