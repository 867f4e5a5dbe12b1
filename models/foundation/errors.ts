/** Everything that can be wrong with a model on disk. The code is stable; the message is for people. */
export type ModelErrorCode =
  | 'PVAE_CARD_INVALID' // model.json does not parse or does not validate
  | 'PVAE_HASH_MISMATCH' // a file's size or SHA-256 differs from the card
  | 'PVAE_GRAPH_INVALID' // an ONNX file can't be parsed, or contradicts the card
  | 'PVAE_GOLDEN_INVALID' // golden.json does not validate, or the graphs do not reproduce it
  | 'PVAE_SAMPLE_INVALID' // the encoded sample does not read, or contradicts the card
  | 'PVAE_VERSION_INCOMPLETE' // a version folder lacks a file
  | 'PVAE_VERSION_EXISTS' // publishing over an immutable version
  | 'PVAE_MODEL_NOT_FOUND'
  | 'PVAE_VERSION_NOT_FOUND'
  | 'PVAE_REPOSITORY_UNREADABLE'
  | 'PVAE_REPOSITORY_UNWRITABLE'
  | 'PVAE_INVALID_PARAMETER' // an argument outside its documented range
  | 'PVAE_INVALID_LATENT' // numbers that are no latent of the model
  | 'PVAE_UNKNOWN_PARTITION'

/** A fault as messages state it: its place (a field or a file), what was expected there, and what was found. */
export interface Mismatch {
  readonly field: string
  readonly expected: string
  readonly found: string
}

export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly code: ModelErrorCode
  readonly field: string
  readonly expected: string
  readonly found: string

  /** @param where the file or object that is at fault, e.g. `mnist/1/model.json` */
  constructor (code: ModelErrorCode, where: string, { field, expected, found }: Mismatch, options?: ErrorOptions) {
    super(`${where}: expected ${expected} for ${field} but found ${found}`, options)
    this.code = code
    this.field = field
    this.expected = expected
    this.found = found
  }
}

/** A short, safe rendering of any value for an error message. */
export function describe (value: unknown): string {
  if (value === undefined) return 'nothing'
  // NaN and the infinities have no JSON, big integers even throw.
  const text =
    typeof value === 'number' || typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** The system's code of a failed file operation, e.g. `ENOSPC`; of any other cause, its message. */
export function codeOf (cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause)
}
