import { invalid } from './invalid.js'

/**
 * A change to one field of a config: dotted path and value, e.g. `['model.encoder.blocks.0.channels', 16]`; undefined
 * takes the field away.
 */
export type Override = readonly [path: string, value: unknown]

/**
 * Reads `path=value`. The value is JSON where it parses as JSON, otherwise text: `data.source=idx` needs no quotes.
 * @throws TrainerError PVAE_CONFIG_INVALID where there is no path or no value
 */
export function parseAssignment (assignment: string): Override {
  const equals = assignment.indexOf('=')
  if (equals < 1) throw invalid('--set', 'path=value', JSON.stringify(assignment))
  const text = assignment.slice(equals + 1)
  return [assignment.slice(0, equals), parseValue(text)]
}

/** Reads JSON where it parses as JSON, otherwise text. */
export function parseValue (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * Gives a copy of an unresolved config with each override set in turn; missing objects on the way are made. Whether the
 * result makes sense is for parseRunConfig to say.
 * @throws TrainerError PVAE_CONFIG_INVALID where a path runs through a number or text, or past the end of a list
 */
export function applyOverrides (config: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce((changed, [path, value]) => setAt(changed, path.split('.'), value, path), config)
}

function setAt (target: unknown, [key, ...rest]: readonly string[], value: unknown, path: string): unknown {
  if (key === undefined) return value
  if (Array.isArray(target)) {
    const index = Number(key)
    if (!/^\d+$/.test(key) || index > target.length) {
      throw invalid(path, `a list index from 0 to ${target.length}`, JSON.stringify(key))
    }
    const items = [...target]
    items[index] = setAt(target[index], rest, value, path)
    return items
  }
  if (target !== undefined && (typeof target !== 'object' || target === null)) {
    throw invalid(path, 'a path through objects and lists', `one through ${JSON.stringify(target)}`)
  }
  if (key === '__proto__') throw invalid(path, 'a field of the config', JSON.stringify(key))
  // Own fields only: `constructor` is a field that nobody knows, not one that every object has.
  const fields = new Map(Object.entries(target ?? {}))
  fields.set(key, setAt(fields.get(key), rest, value, path))
  if (fields.get(key) === undefined) fields.delete(key)
  return Object.fromEntries(fields)
}
