/** A protocol buffers message: fields by name; an array is a repeated field, and undefined a field that is left out. */
export interface Message { readonly [field: string]: Field | undefined }
export type Field = Scalar | Message | ReadonlyArray<Scalar | Message>
/** An identifier of an enumeration is a string in an object of its own, as it stands without quotes. */
export type Scalar = string | number | boolean | EnumValue
export interface EnumValue { readonly identifier: string }

export const enumValue = (identifier: string): EnumValue => ({ identifier })

const isEnum = (value: Scalar | Message): value is EnumValue =>
  typeof value === 'object' && typeof (value as EnumValue).identifier === 'string'

function write (name: string, value: Scalar | Message, indent: string): string {
  if (typeof value !== 'object') return `${indent}${name}: ${JSON.stringify(value)}\n`
  if (isEnum(value)) return `${indent}${name}: ${value.identifier}\n`
  return `${indent}${name} {\n${writeTextFormat(value, `${indent}  `)}${indent}}\n`
}

/**
 * Writes a message in protocol buffers' text format, as config.pbtxt has it. JSON's escapes of text are the format's
 * own for what is printable.
 */
export function writeTextFormat (message: Message, indent = ''): string {
  return Object.entries(message).map(([name, field]) => {
    if (field === undefined) return ''
    const values: ReadonlyArray<Scalar | Message> = Array.isArray(field) ? field : [field as Scalar | Message]
    return values.map(value => write(name, value, indent)).join('')
  }).join('')
}
