import { DECIMAL, schemaMismatch, type Mismatch, type SchemaError } from '@partition-vae/models'

interface ObjectSchema { readonly properties: Readonly<Record<string, object>> }

function typeOf (properties: ObjectSchema['properties'], key: string): unknown {
  const property = Object.hasOwn(properties, key) ? properties[key]! : {}
  return 'type' in property ? property.type : undefined
}

function coerce (type: unknown, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if ((type === 'number' || type === 'integer') && DECIMAL.test(value)) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

/**
 * Query strings and environment variables are text: turns what the schema calls a number or a boolean into one,
 * strictly. What does not read as one stays text, so that validation refuses it. (typebox's own conversion makes 0 of
 * '' and 3 of '3.5'.)
 */
export function coerceText (
  { properties }: ObjectSchema,
  record: Readonly<Record<string, unknown>>
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, coerce(typeOf(properties, key), value)])
  )
}

function reword (error: SchemaError): SchemaError {
  const { allowedValues, limit } = error.params as { allowedValues?: readonly string[], limit?: number }
  if (error.keyword === 'enum') return { ...error, message: allowedValues!.join(' or ') }
  if (error.keyword === 'maxItems') return { ...error, message: `at most ${limit} elements` }
  return error
}

const depth = ({ instancePath }: SchemaError): number => instancePath.split('/').length

/**
 * The fault deepest inside the value: where a union has several members, the one that came furthest is the one that was
 * meant.
 */
export function deepestMismatch (errors: readonly SchemaError[], value: unknown, root: string): Mismatch {
  const sorted = [...errors].sort((a, b) => depth(b) - depth(a)).map(reword)
  try {
    return schemaMismatch(sorted, value, root)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    // A million nested arrays can be parsed, but not written out: JSON.stringify recurses.
    return { field: root, expected: 'a value of a few levels', found: 'one that is nested too deeply' }
  }
}

/** One mismatch for each field at fault. */
export function allMismatches (errors: readonly SchemaError[], value: unknown, root: string): Mismatch[] {
  const fields = errors.filter(({ keyword }) => keyword !== 'boolean')
  const seen = new Set<string>()
  return fields.map(error => schemaMismatch([reword(error)], value, root))
    .filter(({ field }) => !seen.has(field) && seen.add(field))
}

/** The defaults that a schema states, by name. */
export function statedDefaults ({ properties }: ObjectSchema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) =>
      'default' in property ? [[name, property.default]] : []
    )
  )
}
