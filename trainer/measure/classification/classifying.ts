import type { Table } from '../disentanglement/representation.js'

/** What a classifier learns from, and what it has to say the classes of. */
export interface Classifying {
  readonly train: Table
  /** Class of each row of `train`, 0 … classes − 1. */
  readonly labels: Uint8Array
  readonly queries: Table
  readonly classes: number
}
