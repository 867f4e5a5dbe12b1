import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What is remembered of a test file's last run. */
export interface Remembered {
  readonly seconds: number
  /** Its fingerprint, if it passed. */
  readonly passed: string | null
}

const FILE = '.cache/tests/last-run.json'

/** Reads what is remembered of the last runs in `root`, by the names of the files; nothing where that can't be read. */
export function readRecord (root: string): Map<string, Remembered> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(join(root, FILE), 'utf8')) as Record<string, Remembered>))
  } catch {
    return new Map()
  }
}

export function writeRecord (root: string, record: ReadonlyMap<string, Remembered>): void {
  const path = join(root, FILE)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(Object.fromEntries(record), null, 1)}\n`)
  renameSync(`${path}.${process.pid}`, path)
}
