/**
 * The part of YAML that docker-compose.yml keeps to, read strictly: block mappings and sequences, one-line scalars and
 * lists, anchors on mappings, aliases and merge keys. What is outside of it, or means something else to another version
 * of YAML (`no`, `0o17`), is an error.
 */
export type Yaml = null | boolean | number | string | Yaml[] | YamlMapping
export interface YamlMapping { [key: string]: Yaml }

interface Line {
  readonly number: number
  readonly indent: number
  readonly text: string
}

const ENTRY = /^("(?:[^"\\]|\\.)*"|<<|[A-Za-z_][\w.-]*):(?: +(.*))?$/

export function parseYaml (text: string): Yaml {
  const lines = readLines(text)
  const anchors = new Map<string, Yaml>()
  let at = 0

  function fail (what: string): never {
    throw new Error(`line ${lines[at]?.number ?? 'at the end'}: ${what}`)
  }

  function block (indent: number): Yaml {
    return lines[at]!.text.startsWith('- ') ? sequence(indent) : mapping(indent)
  }

  function sequence (indent: number): Yaml[] {
    const items: Yaml[] = []
    for (let line = lines[at]; line !== undefined && line.indent >= indent; line = lines[at]) {
      if (line.indent > indent || !line.text.startsWith('- ')) fail('expected an item of the sequence')
      const text = line.text.slice(2).trimStart()
      if (ENTRY.test(text)) {
        const inner = indent + line.text.length - text.length
        lines[at] = { ...line, indent: inner, text }
        items.push(mapping(inner))
      } else {
        items.push(scalar(text))
        at++
      }
    }
    return items
  }

  function mapping (indent: number): YamlMapping {
    const own = new Map<string, Yaml>()
    let merged: YamlMapping = {}
    for (let line = lines[at]; line !== undefined && line.indent >= indent; line = lines[at]) {
      const entry = ENTRY.exec(line.text)
      if (line.indent > indent || entry === null) fail('expected `key: value`')
      const key = entry[1]!.startsWith('"') ? JSON.parse(entry[1]!) as string : entry[1]!
      if (own.has(key)) fail(`a second ${key}`)
      const parsed = value(entry[2] ?? '', indent)
      if (key !== '<<') own.set(key, parsed)
      else if (isMapping(parsed)) merged = parsed
      else fail('expected a mapping to merge')
    }
    return { ...merged, ...Object.fromEntries(own) }
  }

  /** The value after `key:`, on the same line or indented below. Moves on to the line behind it. */
  function value (text: string, indent: number): Yaml {
    const anchor = /^&([\w-]+)$/.exec(text)
    if (text !== '' && anchor === null) {
      const parsed = scalar(text)
      at++
      return parsed
    }
    at++
    const nested = (lines[at]?.indent ?? -1) > indent ? block(lines[at]!.indent) : null
    if (anchor !== null) anchors.set(anchor[1]!, nested)
    return nested
  }

  function scalar (text: string): Yaml {
    if (text.startsWith('"') || /^\[ *["\]]/.test(text)) return JSON.parse(text) as Yaml
    if (text.startsWith('*')) return anchors.get(text.slice(1)) ?? fail(`unknown anchor ${text}`)
    const list = /^\[([\w., -]+)\]$/.exec(text)
    if (list !== null) return list[1]!.split(',').map(item => scalar(item.trim()))
    if (/^[\]{}|>!%@`'&?,#]/.test(text) || /: | #/.test(text)) fail(`can't read ${text}`)
    if (/^(y|n|yes|no|on|off|null|~|0\d+|0[xo].*|\d+(:\d+)+|[-+.]?\d.*e.*)$/i.test(text)) {
      fail(`${text} needs quotes: its meaning depends on the version of YAML`)
    }
    if (text === 'true' || text === 'false') return text === 'true'
    return /^\d+$/.test(text) ? Number(text) : text
  }

  const parsed = block(0)
  if (at < lines.length) fail('expected the end')
  return parsed
}

function isMapping (value: Yaml | undefined): value is YamlMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readLines (text: string): Line[] {
  return text.split('\n').flatMap((line, index) => {
    const content = line.trimStart()
    if (content === '' || content.startsWith('#')) return []
    if (line.includes('\t')) throw new Error(`line ${index + 1}: a tab`)
    return [{ number: index + 1, indent: line.length - content.length, text: content.trimEnd() }]
  })
}
