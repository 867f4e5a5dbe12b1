/** Everything that can be wrong with an index. The code is stable; the message is for people. */
export type IndexErrorCode =
  | 'PVAE_INDEX_NOT_FOUND' // no index where one is looked for
  | 'PVAE_INDEX_INVALID' // index.json does not validate, or a file contradicts it
  | 'PVAE_INDEX_MISMATCH' // an index of another model, or of another encoder under the same name
  | 'PVAE_INDEX_EXISTS' // a folder that is there is not replaced unasked
  | 'PVAE_INDEX_INPUT_INVALID' // latents or metadata that no index can be made of
  | 'PVAE_INDEX_UNAVAILABLE' // a thread of the search ended before it answered
  | 'PVAE_DATABASE_FAILED' // a database can't be reached, or refuses

export class IndexError extends Error {
  override readonly name = 'IndexError'
  readonly code: IndexErrorCode

  constructor (code: IndexErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** @param where the file at fault. @returns an error that says what was expected of it and what was found */
export function invalidIndex (where: string, expected: string, field: string, found: string): IndexError {
  return new IndexError('PVAE_INDEX_INVALID', `${where}: expected ${expected} for ${field} but found ${found}`)
}
