import { describe, type Mismatch } from './errors.js'

/** An error as typebox's `Errors` yields it, as far as a message needs it. */
export interface SchemaError {
  readonly keyword: string
  /** JSON pointer into the value. */
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

/** JSON pointer → `partitions[0].size`; the value itself is `the document`. */
function fieldOf (pointer: string, root: string): string {
  const field = segmentsOf(pointer).reduce((path, segment) => {
    if (/^\d+$/.test(segment)) return `${path}[${segment}]`
    return path === '' ? segment : `${path}.${segment}`
  }, '')
  return field === '' ? root : field
}

function segmentsOf (pointer: string): string[] {
  return pointer.split('/').slice(1).map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function valueAt (value: unknown, pointer: string): unknown {
  return segmentsOf(pointer).reduce<unknown>(
    (at, segment) => (at as Record<string, unknown> | undefined)?.[segment],
    value
  )
}

function expectedBy ({ keyword, params, message }: SchemaError): string {
  if (keyword === 'type') {
    const { type } = params as { type: string | string[] }
    return [type].flat().map(name => /^[aio]/.test(name) ? `an ${name}` : `a ${name}`).join(' or ')
  }
  if (keyword === 'pattern') return `text matching ${(params as { pattern: string }).pattern}`
  if (keyword === 'minItems') {
    const { limit } = params as { limit: number }
    return `at least ${limit} ${limit === 1 ? 'element' : 'elements'}`
  }
  return message.replace(/^must (be )?/, '')
}

/**
 * The first fault a schema found, in words: which field, what was expected there, what was found.
 * @param errors typebox's `Errors(value)`, at least one
 * @param root what to call the value itself, e.g. `model.json`
 */
export function schemaMismatch (errors: readonly SchemaError[], value: unknown, root = 'the document'): Mismatch {
  // `boolean` is the echo of `additionalProperties: false`, which says it better.
  const error = errors.find(({ keyword }) => keyword !== 'boolean')
  if (error === undefined) throw new RangeError('expected at least one schema error but received none')
  const { keyword, instancePath, params } = error
  if (keyword === 'required') {
    const missing = (params as { requiredProperties: string[] }).requiredProperties[0]!
    return { field: fieldOf(`${instancePath}/${missing}`, root), expected: 'a value', found: 'nothing' }
  }
  if (keyword === 'additionalProperties') {
    const extra = `${instancePath}/${(params as { additionalProperties: string[] }).additionalProperties[0]!}`
    return { field: fieldOf(extra, root), expected: 'no such field', found: describe(valueAt(value, extra)) }
  }
  const mismatch = { field: fieldOf(instancePath, root), found: describe(valueAt(value, instancePath)) }
  if (keyword !== 'const') return { ...mismatch, expected: expectedBy(error) }
  const allowed = errors
    .filter(other => other.keyword === 'const' && other.instancePath === instancePath)
    .map(other => JSON.stringify((other.params as { allowedValue: unknown }).allowedValue))
  return { ...mismatch, expected: allowed.join(' or ') }
}
