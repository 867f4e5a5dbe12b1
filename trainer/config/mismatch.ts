import { Value, type TSchema } from '@partition-vae/models/typebox'
import { describe, didYouMean, schemaMismatch, type Mismatch } from '@partition-vae/models'

/** The parts of a JSON schema that the config schemas use. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly default?: unknown
  readonly additionalProperties?: unknown
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
  readonly const?: unknown
  readonly type?: string
}

type Fields = Readonly<Record<string, unknown>>

/** The first fault of a value that its schema refuses, in words a user can act on; undefined when there is none. */
export function configMismatch (schema: TSchema, value: unknown): Mismatch | undefined {
  const narrowed = narrow(schema as SchemaNode, value)
  // A misspelt key is also a missing one: the key that is there is the one to name.
  const unknown = unknownField(narrowed, value, '')
  if (unknown !== undefined) return unknown
  const errors = Value.Errors(narrowed as TSchema, value)
  return errors.length === 0 ? undefined : schemaMismatch(errors, value, 'the config')
}

/** Replaces each union by the member that the value chose, so that faults are told of that member only. */
function narrow (schema: SchemaNode, value: unknown): SchemaNode {
  if (schema.anyOf !== undefined) {
    const member = chosenMember(schema.anyOf, value)
    if (member !== undefined) return narrow(member, value)
    return (isFields(value) ? choiceOf(schema.anyOf) : undefined) ?? schema
  }
  if (schema.properties !== undefined && isFields(value)) {
    const properties = Object.entries(schema.properties).map(([key, property]) => [key, narrow(property, value[key])])
    // Defaults of a union's member are not filled in while another of its fields is faulty: that field is the one to
    // name.
    const required = schema.required?.filter(key => key in value || schema.properties![key]?.default === undefined)
    return {
      ...schema,
      properties: Object.fromEntries(properties) as Record<string, SchemaNode>,
      ...(required && { required }),
    }
  }
  if (schema.items !== undefined && Array.isArray(value)) {
    const { items } = schema
    const faulty = value.findIndex(item => !Value.Check(items as TSchema, item))
    return faulty < 0 ? schema : { ...schema, items: narrow(items, value[faulty]) }
  }
  return schema
}

/** A union's member with the same literal fields (`kind`), or of the same type; undefined when the value chose none. */
function chosenMember (members: readonly SchemaNode[], value: unknown): SchemaNode | undefined {
  const typeOfValue: string = typeof value
  if (!isFields(value)) return members.find(({ type, const: literal }) => literal === undefined && type === typeOfValue)
  return members.find(
    ({ type, properties = {} }) =>
      type === 'object' &&
      Object.entries(properties).every(([key, { const: literal }]) => literal === undefined || literal === value[key])
  )
}

/**
 * Makes a schema, for objects that are told apart by a literal field (`kind`), which asks only that the field be one of
 * theirs: the message for a value that chose none.
 */
function choiceOf (members: readonly SchemaNode[]): SchemaNode | undefined {
  const key = Object.keys(members[0]?.properties ?? {}).find(key =>
    members.every(({ properties }) => properties?.[key]?.const !== undefined)
  )
  return key === undefined
    ? undefined
    : {
        type: 'object',
        required: [key],
        properties: { [key]: { anyOf: members.map(({ properties }) => properties![key]!) } },
      }
}

function unknownField (schema: SchemaNode, value: unknown, path: string): Mismatch | undefined {
  const { properties, additionalProperties, items } = schema
  if (items !== undefined && Array.isArray(value)) {
    return firstDefined(value.map((item, i) => unknownField(narrow(items, item), item, `${path}[${i}]`)))
  }
  if (properties === undefined || !isFields(value)) return undefined
  const join = (key: string) => path === '' ? key : `${path}.${key}`
  const known = Object.keys(properties)
  const extra = Object.keys(value).find(key => !known.includes(key))
  if (extra !== undefined && additionalProperties === false) {
    return {
      field: join(extra),
      expected: `one of the fields ${known.join(', ')}`,
      found: `${extra}: ${describe(value[extra])}${didYouMean(extra, known)}`,
    }
  }
  return firstDefined(known.map(key => unknownField(properties[key]!, value[key], join(key))))
}

function firstDefined<T> (values: ReadonlyArray<T | undefined>): T | undefined {
  return values.find(value => value !== undefined)
}

function isFields (value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
