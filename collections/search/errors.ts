import { CollectionError } from '../foundation/errors.js'

/** @param where the file at fault. @returns an error that says what was expected of it and what was found */
export function invalidIndex (where: string, expected: string, field: string, found: string): CollectionError {
  return new CollectionError('PVAE_INDEX_INVALID', `${where}: expected ${expected} for ${field} but found ${found}`)
}
