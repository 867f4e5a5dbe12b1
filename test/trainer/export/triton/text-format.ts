/**
 * Reads protocol buffers' text format as strictly as their own parser does: against declared fields, of which none may
 * be unknown, of another type, or there twice unless it is repeated.
 */

/** `message` names another one; `*` at the end: repeated; `enum`: an identifier. */
export type Schema = Readonly<Record<string, Readonly<Record<string, string>>>>

type Value = string | number | boolean | Parsed | Array<string | number | boolean | Parsed>
export interface Parsed { [field: string]: Value }

const TOKEN = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|("(?:[^"\\\n]|\\.)*")|(-?\d+)|([{}:]))/y

export function readTextFormat (text: string, schema: Schema, message: string): Parsed {
  TOKEN.lastIndex = 0
  const tokens: string[] = []
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (match === null) throw new Error(`no token at ${JSON.stringify(text.slice(at, at + 20))}`)
    tokens.push(match[0].trim())
  }
  let next = 0
  const take = (expected: string) => {
    if (tokens[next++] !== expected) throw new Error(`expected ${expected} but found ${tokens[next - 1]}`)
  }

  function scalar (type: string): string | number | boolean {
    take(':')
    const token = tokens[next++]!
    if (type === 'string' && token.startsWith('"')) return JSON.parse(token) as string
    if (type === 'int' && /^-?\d+$/.test(token)) return Number(token)
    if (type === 'bool' && /^(true|false)$/.test(token)) return token === 'true'
    if (type === 'enum' && /^[A-Z_0-9]+$/.test(token)) return token
    throw new Error(`expected a value of type ${type} but found ${token}`)
  }

  function fields (message: string, end: string | undefined): Parsed {
    const parsed: Parsed = {}
    while (tokens[next] !== end) {
      const name = tokens[next++]!
      const declared = schema[message]![name]
      if (declared === undefined) throw new Error(`${message} has no field ${name}`)
      const type = declared.replace('*', '')
      let value: Value
      if (type in schema) {
        take('{')
        value = fields(type, '}')
        take('}')
      } else value = scalar(type)
      if (declared.endsWith('*')) parsed[name] = [...(parsed[name] ?? []) as [], value] as Value
      else if (name in parsed) throw new Error(`${message}.${name} is there twice`)
      else parsed[name] = value
    }
    return parsed
  }

  return fields(message, undefined)
}
