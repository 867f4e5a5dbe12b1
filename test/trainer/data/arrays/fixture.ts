/** Opens the arrays of test/fixtures/arrays/, whose numbers are known by their places (see make.py there). */
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import type { ArraysConfig } from '../../../../trainer/data/source-config/arrays.js'
import { openDataset, type DataSplits, type ImageDataset } from '../../../../trainer/data/index.js'

export const pathOf = (name: string) => fileURLToPath(new URL(`../../../fixtures/arrays/${name}`, import.meta.url))

/** Opens a fixture by its name, or another file by its path. */
export async function openFixture (t: Test, name: string, options: Partial<ArraysConfig> = {}): Promise<DataSplits> {
  const splits = await openDataset({
    source: 'arrays',
    file: name.startsWith('/') ? name : pathOf(name),
    fit: 'fill',
    testFraction: 0.25,
    splitSeed: 0,
    cacheDirectory: t.testdirName,
    ...options,
  })
  t.teardown(async () => { await Promise.all([splits.train.close(), splits.test.close()]) })
  return splits
}

/** What is known of an image, by its number in the file. */
export interface Row {
  readonly pixels: number[]
  readonly mask: number[] | undefined
  readonly factors: number[] | undefined
  readonly label: string | undefined
}

/** Reads all images of both splits, in the order of the file. */
export async function readRows ({ train, test }: Pick<DataSplits, 'train' | 'test'>): Promise<Row[]> {
  const rows: Row[] = []
  for (const dataset of [train, test]) for (const [index, row] of await rowsOf(dataset)) rows[index] = row
  return rows
}

export async function rowsOf (dataset: ImageDataset): Promise<Map<number, Row>> {
  const { count, shape, factors, labels, labelNames } = dataset
  const all = Uint32Array.from({ length: count }, (_, i) => i)
  const size = shape.height * shape.width * shape.channels
  const out = new Uint8Array(count * size)
  await dataset.read(all, out)
  const masks = await dataset.masks?.(all)
  const pixels = shape.height * shape.width
  const k = factors?.names.length ?? 0
  return new Map(Array.from(all, i => [Number(dataset.nameOf!(i)), {
    pixels: [...out.subarray(i * size, (i + 1) * size)],
    mask: masks && [...masks.subarray(i * pixels, (i + 1) * pixels)],
    factors: factors && [...factors.values.subarray(i * k, (i + 1) * k)],
    label: labels && labelNames![labels[i]!],
  }]))
}

/** The pixels of image `i` as they are written. */
export function pixelsOf (i: number, size: number): number[] {
  return Array.from({ length: size }, (_, p) => (7 * i + 3 * p) % 256)
}

export const TWELVE = [...Array(12).keys()]
