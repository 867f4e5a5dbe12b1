import type { PartitionSpec } from './manifest.js'

/** Encoded pictures, a row each. */
export interface LatentTable {
  /** [n]: the pictures, as the list of inputs names them. */
  readonly files: readonly string[]
  /** [n, D] */
  readonly mean: Float32Array
  /** [n, D] */
  readonly logVariance?: Float32Array
  /** [n, P], nats: of each partition's posterior from the prior. */
  readonly kl?: Float32Array
  /** [n]: mean squared error of the reconstruction, in units of the pixels' range of 1. */
  readonly mse?: Float32Array
}

/** A column as files have it. */
export interface Column {
  /** `pose`, `pose.log_variance`, `pose.kl`, `mse` */
  readonly name: string
  /** Numbers in a list; undefined: one number a row, no list. */
  readonly size: number | undefined
  /** Numbers of a row, from which on this column has its own, in `data`. */
  readonly offset: number
  readonly stride: number
  readonly data: Float32Array
}

/** Lists a table's columns: a partition's means, log-variances and KL, the next partition's, and the error last. */
export function columnsOf (
  { mean, logVariance, kl, mse }: LatentTable, partitions: readonly PartitionSpec[]
): Column[] {
  const stride = partitions.reduce((sum, { size }) => sum + size, 0)
  let offset = 0
  const columns = partitions.flatMap(({ name, size }, i): Column[] => {
    const at = offset
    offset += size
    return [
      { name, size, offset: at, stride, data: mean },
      ...logVariance ? [{ name: `${name}.log_variance`, size, offset: at, stride, data: logVariance }] : [],
      ...kl ? [{ name: `${name}.kl`, size: undefined, offset: i, stride: partitions.length, data: kl }] : [],
    ]
  })
  return [...columns, ...mse ? [{ name: 'mse', size: undefined, offset: 0, stride: 1, data: mse }] : []]
}

/** An empty table to be filled row by row, with the columns that are asked for. */
export function createTable (
  rows: number, { latentSize, partitions, columns }: Readonly<{
    latentSize: number, partitions: readonly PartitionSpec[], columns: readonly string[]
  }>
): LatentTable & { readonly files: string[] } {
  return {
    files: [],
    mean: new Float32Array(rows * latentSize),
    ...columns.includes('log_variance') && { logVariance: new Float32Array(rows * latentSize) },
    ...columns.includes('kl') && { kl: new Float32Array(rows * partitions.length) },
    ...columns.includes('mse') && { mse: new Float32Array(rows) },
  }
}

/** Cuts a table off behind its last file. */
export function trimTable (
  { files, mean, logVariance, kl, mse }: LatentTable, latentSize: number, partitions: number
): LatentTable {
  const rows = files.length
  return {
    files,
    mean: mean.subarray(0, rows * latentSize),
    ...logVariance && { logVariance: logVariance.subarray(0, rows * latentSize) },
    ...kl && { kl: kl.subarray(0, rows * partitions) },
    ...mse && { mse: mse.subarray(0, rows) },
  }
}
