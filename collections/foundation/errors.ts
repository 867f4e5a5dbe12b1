/** Says the one form of a message about a bad value. */
export function expected (what: string, name: string, received: string): string {
  return `expected ${what} for ${name} but received ${received}`
}

/** A graph that does not do what its contract says, or numbers that it cannot take. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError'
  readonly code = 'PVAE_INFERENCE_FAILED'
}
