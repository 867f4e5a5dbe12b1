/** Says the one form of a message about a bad value. */
export function expected (what: string, name: string, received: string): string {
  return `expected ${what} for ${name} but received ${received}`
}

/** A graph that does not do what its contract says, or numbers that it cannot take. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError'
  readonly code = 'PVAE_INFERENCE_FAILED'
}

/** Everything that this package refuses. The code is stable; the message is for people. */
export type CollectionErrorCode =
  | 'PVAE_INPUT_NOT_FOUND' // no picture where some were said to be
  | 'PVAE_OUTPUT_MISMATCH' // a folder of other latents than what is asked for
  | 'PVAE_OUTPUT_INVALID' // a folder of latents that does not read
  | 'PVAE_OUTPUT_UNWRITABLE' // full disk, read-only file system, missing permission
  | 'PVAE_OUTPUT_INCOMPLETE' // shards are missing or ended with an error
  | 'PVAE_QUEUE_UNAVAILABLE' // no Redis that can be used at the address
  | 'PVAE_INDEX_NOT_FOUND' // no index where one is looked for
  | 'PVAE_INDEX_INVALID' // index.json does not validate, or a file contradicts it
  | 'PVAE_INDEX_MISMATCH' // an index of another model, or of another encoder under the same name
  | 'PVAE_INDEX_EXISTS' // a folder that is there is not replaced unasked
  | 'PVAE_INDEX_INPUT_INVALID' // latents or metadata that no index can be made of
  | 'PVAE_INDEX_UNAVAILABLE' // a thread of the search ended before it answered
  | 'PVAE_DATABASE_FAILED' // a database can't be reached, or refuses
  | 'PVAE_INVALID_PARAMETER' // an argument outside its documented range

/** An error that a person can act on: one line, normally `expected X for NAME but found Y`. */
export class CollectionError extends Error {
  override readonly name = 'CollectionError'
  readonly code: CollectionErrorCode

  constructor (code: CollectionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Tells whether a file call failed with one of these codes, e.g. `ENOENT`. */
export function failedWith (error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && codes.includes(String((error as NodeJS.ErrnoException).code))
}
