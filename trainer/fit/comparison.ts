import { createHash } from 'node:crypto'

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson (value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => isFields(field)
    ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => a < b ? -1 : 1))
    : field)
}

export function sha256 (data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

export interface Difference {
  /** Dotted path, e.g. `model.partitions.0.size`. */
  readonly path: string
  readonly before: unknown
  readonly now: unknown
}

/** Every leaf in which two JSON values differ, in the order of the keys. */
export function differences (before: unknown, now: unknown, path = ''): Difference[] {
  if (isContainer(before) && isContainer(now) && Array.isArray(before) === Array.isArray(now)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(now)])
    return [...keys].flatMap(key => differences(before[key], now[key], path === '' ? key : `${path}.${key}`))
  }
  return canonicalJson(before) === canonicalJson(now) ? [] : [{ path, before, now }]
}

function isContainer (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isFields (value: unknown): value is Record<string, unknown> {
  return isContainer(value) && !Array.isArray(value)
}
