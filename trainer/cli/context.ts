import type { OutputStream } from './terminal/stream.js'

/** Stands for the process of a command; tests give it another. */
export interface CliContext {
  /** Results: what another program would read. */
  readonly stdout: OutputStream
  /** Progress, warnings and errors. */
  readonly stderr: OutputStream
  /** Aborted by the first Ctrl-C: finish the step, save, and say how to go on. */
  readonly signal: AbortSignal
  /** Absolute. */
  readonly directory: string
}

/** Ends a command that was interrupted, after all is saved. The message says how to go on. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** Does interruptible work; once the signal is aborted, whatever it throws becomes the advice. */
export async function orInterrupted<T> ({ signal }: CliContext, advice: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw signal.aborted ? new Interrupted(advice) : error
  }
}
