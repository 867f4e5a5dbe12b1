import { Compile } from '../foundation/typebox.js'
import { describe, ModelError } from '../foundation/errors.js'
import { schemaMismatch } from '../foundation/schema-mismatch.js'
import { checkCard } from './card-checks.js'
import { CardSchema, type Card } from './card-schema.js'

const cardValidator = Compile(CardSchema)

/**
 * Validates a card, its fields and that they agree with each other.
 * @param where the file, for the message, e.g. `mnist/1/model.json`
 * @throws ModelError PVAE_CARD_INVALID naming the field, what was expected and what was found
 */
export function parseCard (value: unknown, where: string): Card {
  if (!cardValidator.Check(value)) {
    throw new ModelError('PVAE_CARD_INVALID', where, schemaMismatch(cardValidator.Errors(value), value, 'the card'))
  }
  const mismatch = checkCard(value)
  if (mismatch !== undefined) throw new ModelError('PVAE_CARD_INVALID', where, mismatch)
  return value
}

/** As `parseCard`, from the bytes of a `model.json` (UTF-8). */
export function parseCardJson (bytes: Uint8Array, where: string): Card {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    const found = `${bytes.length} bytes that are not (${describe((cause as Error).message)})`
    throw new ModelError('PVAE_CARD_INVALID', where, { field: 'the card', expected: 'JSON', found }, { cause })
  }
  return parseCard(value, where)
}
