/**
 * The loop of a search in WebAssembly, with vectors of 128 bits, and the memory that it works in. A search reads each
 * number once and does four operations on it: in plain JavaScript it takes several times as long
 * (`npm run bench:search`).
 */
import { ADDRESSABLE, compileKernel, KERNEL_PAGE, type KernelMemory } from '@partition-vae/models'
import { KERNEL } from './kernel-wasm.js'

interface Exports {
  readonly memory: KernelMemory
  readonly scan: (
    table: number, units: number, first: number, last: number, limit: number, found: number
  ) => number
}

const instantiate = compileKernel<Exports>(KERNEL)
/** Rows that the kernel takes at a time. */
export const GROUP = 16
/** The most rows of one call. */
export const BLOCK = 16384
/** Bytes of an entry of the kernel's table. */
const ENTRY = 12

/** A unit as the kernel weighs it. */
export interface WeightedUnit {
  /** Its place in the latent. */
  readonly unit: number
  /** The query's number. */
  readonly centre: number
  readonly weight: number
}

/** Columns of numbers in the kernel's memory. */
export interface Columns {
  /** For each unit its numbers, one a row. Beyond the rows there are zeros. */
  readonly values: readonly Float32Array[]
  /** Sets what `scan` computes. */
  prepare (units: readonly WeightedUnit[]): void
  /**
   * Finds rows in [first, last), at most BLOCK of them, whose sum is not above `limit`.
   * @param first a multiple of GROUP
   * @returns row numbers, ascending, valid until the next call; some may lie beyond the last row
   */
  scan (first: number, last: number, limit: number): Uint32Array
}

/** The most rows of so many units that one kernel can hold. */
export function mostRows (units: number): number {
  const table = units * ENTRY + GROUP + BLOCK * 4 + KERNEL_PAGE
  return Math.floor((ADDRESSABLE - table) / (units * 4) / GROUP) * GROUP
}

/** Makes room for columns, all zeros. @throws RangeError where memory does not suffice */
export function createColumns (rows: number, units: number): Columns {
  const exports = instantiate()
  const stride = Math.ceil(rows / GROUP) * GROUP * 4
  const table = Math.ceil(units * ENTRY / 16) * 16
  const start = table + BLOCK * 4
  const bytes = start + units * stride
  exports.memory.grow(Math.ceil(bytes / KERNEL_PAGE))
  const { buffer } = exports.memory
  const found = new Uint32Array(buffer, table, BLOCK)
  const entries = new DataView(buffer, 0, table)
  let count = 0
  return {
    values: Array.from({ length: units }, (_, unit) => new Float32Array(buffer, start + unit * stride, rows)),
    prepare (weighted) {
      count = weighted.length
      for (const [i, { unit, centre, weight }] of weighted.entries()) {
        entries.setUint32(i * ENTRY, start + unit * stride, true)
        entries.setFloat32(i * ENTRY + 4, centre, true)
        entries.setFloat32(i * ENTRY + 8, weight, true)
      }
    },
    scan (first, last, limit) {
      const end = Math.ceil(last / GROUP) * GROUP
      return found.subarray(0, exports.scan(0, count, first, end, limit, table))
    },
  }
}
