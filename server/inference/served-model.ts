import type { Card, SampleHeader } from '@partition-vae/models'
import type { Cancellation } from '../foundation/cancellation.js'
import type { ExecutionProvider } from '@partition-vae/collections/runtime'
import type { Kind, Result, Task } from './tasks.js'

/** The encoded sample of a version: the file, and its header. */
export interface ServedSample {
  readonly bytes: Uint8Array
  readonly header: SampleHeader
}

/** A version that is loaded in every worker. */
export interface ServedModel {
  readonly card: Card
  readonly executionProvider: ExecutionProvider
  /** The version's folder, absolute. */
  readonly directory: string
  readonly sample: ServedSample | undefined
  /** Paths of the files that its report had when it was loaded. */
  readonly report: readonly string[]
  /** As `Pool.run`. */
  run<K extends Kind> (kind: K, task: Task<K>, cancellation?: Cancellation): Promise<Result<K>>
}
