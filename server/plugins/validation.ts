import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import { Compile, type TObject, type TSchema } from '@partition-vae/models/typebox'
import { expected, InvalidBodyError, InvalidParameterError } from '../foundation/errors.js'
import { coerceText, deepestMismatch, statedDefaults } from '../foundation/schema-check.js'

function isObject (schema: TSchema): schema is TObject {
  return 'properties' in schema
}

const compile: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema)
  const isText = httpPart !== 'body' && isObject(schema)
  const defaults = isText ? statedDefaults(schema) : {}
  const [Fault, root] =
    httpPart === 'body' ? [InvalidBodyError, 'the body'] : [InvalidParameterError, `the ${httpPart}`]
  return (input: Record<string, unknown>) => {
    const value = isText ? { ...defaults, ...coerceText(schema, input) } : input
    if (validator.Check(value)) return { value }
    const { field, expected: wanted, found } = deepestMismatch(validator.Errors(value), value, root)
    return { error: new Fault(expected(wanted, field, found)) }
  }
}

/**
 * Requests are checked by their TypeBox schemas; query strings and path parameters are read as what the schema calls
 * them.
 */
export function installValidation (app: FastifyInstance): void {
  app.setValidatorCompiler(compile)
}

/** In this scope bodies are read by hand: their schema is only for the document. */
export function skipBodyValidation (app: FastifyInstance): void {
  app.setValidatorCompiler((route: Parameters<typeof compile>[0]) =>
    route.httpPart === 'body' ? () => true : compile(route)
  )
}
