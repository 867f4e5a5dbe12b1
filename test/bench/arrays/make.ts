/** Draws all images of a data set by its definition, in the order of its publishers, for Python to write them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { openDataset } from '../../../trainer/data/index.js'

export type Layout = 'dsprites' | 'shapes3d'

const SOURCES = { dsprites: 'dsprites', shapes3d: 'rooms3d' } as const
/** Values of each factor, the slowest first. */
const linspace = (low: number, high: number, count: number) =>
  Array.from({ length: count }, (_, i) => low + (high - low) * i / (count - 1))
const hues = linspace(0, 0.9, 10)
const VALUES: Readonly<Record<Layout, ReadonlyArray<readonly number[]>>> = {
  dsprites: [[0, 1, 2], linspace(0.5, 1, 6), linspace(0, 2 * Math.PI, 40), linspace(0, 1, 32), linspace(0, 1, 32)],
  shapes3d: [hues, hues, hues, linspace(0.75, 1.25, 8), [0, 1, 2, 3], linspace(-30, 30, 15)],
}
const BATCH = 1024

/** Writes the first `count` images of a data set, with their factors, into a file. */
export async function makeFile (python: string, layout: Layout, count: number, file: string): Promise<void> {
  const values = VALUES[layout]
  const { train } = await openDataset({ source: SOURCES[layout], count: 1, testCount: 1, seed: 0 })
  const script = fileURLToPath(new URL('make.py', import.meta.url))
  const writer = spawn(python, [script, layout, String(count), file], { stdio: ['pipe', 'inherit', 'inherit'] })
  const closed = once(writer, 'close')
  const began = performance.now()
  for (let from = 0; from < count; from += BATCH) {
    const rows = Float32Array.from(
      Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => rowOf(values, from + i)).flat()
    )
    // Factors first, then their images.
    for (const bytes of [new Uint8Array(rows.buffer), train.scene!.render(rows)]) {
      if (!writer.stdin.write(bytes)) await once(writer.stdin, 'drain')
    }
  }
  writer.stdin.end()
  const [code] = await closed
  if (code !== 0) throw new Error(`make.py ended with ${code}`)
  console.error(`${layout}: ${count} images written in ${((performance.now() - began) / 1e3).toFixed(0)} s`)
}

function rowOf (values: ReadonlyArray<readonly number[]>, index: number): number[] {
  const row: number[] = []
  let rest = index
  for (const some of [...values].reverse()) {
    row.unshift(some[rest % some.length]!)
    rest = Math.floor(rest / some.length)
  }
  return row
}
