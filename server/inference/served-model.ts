import type { Card } from '@partition-vae/models'
import type { Cancellation } from '../foundation/cancellation.js'
import type { ExecutionProvider } from './session.js'
import type { Kind, Result, Task } from './tasks.js'

/** A version that is loaded in every worker. */
export interface ServedModel {
  readonly card: Card
  readonly executionProvider: ExecutionProvider
  /** As `Pool.run`. */
  run<K extends Kind> (kind: K, task: Task<K>, cancellation?: Cancellation): Promise<Result<K>>
}
