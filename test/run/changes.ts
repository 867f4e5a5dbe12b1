/** Finds out whether a test file could come to another result than when it last passed. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { resolveImport } from '../structure/resolve.js'

const IMPORT = /\b(?:from|import)\s*\(?\s*['"]([^'"\n]+)['"]/g
/** Ways in which a test reaches files that it does not import: by their path, or in a process or thread of its own. */
const BY_PATH = /import\.meta\.url|process\.cwd|node:child_process|node:worker_threads/
const IN_PROCESS = /node:child_process|node:worker_threads/
/** What every test depends on. */
const COMMON = [
  'package.json', 'package-lock.json', 'tsconfig.base.json',
  'models/package.json', 'collections/package.json', 'trainer/package.json', 'server/package.json',
  'client/package.json',
]
/** Bytes above which a file's size and time stand for its content. */
const LARGE = 1 << 20

/**
 * Returns a function that fingerprints a test file (a path from the root): Node's version, the file, and every file of
 * the project that it imports, directly or not. A test that reaches files in another way, such as the built program in
 * a process of its own, depends on every file that git knows or would add. Null where there is no git to ask then.
 */
export function createFingerprints (root: string): (test: string) => string | null {
  const files = new Map<string, { readonly hash: string, readonly text: string, readonly imports: readonly string[] }>()
  const read = (file: string) => {
    let known = files.get(file)
    if (known === undefined) {
      const text = readFileSync(join(root, file), 'utf8')
      const imports = [...text.matchAll(IMPORT)]
        .map(([, specifier]) => resolveImport(file, specifier!))
        .filter(target => target !== undefined && existsSync(join(root, target))) as string[]
      files.set(file, known = { hash: hashOf(text), text, imports })
    }
    return known
  }
  let everything: string | null | undefined
  const common = hashOf(process.version, ...COMMON.map(file => contentHash(join(root, file))))
  return test => {
    const reached = new Set([test])
    for (const file of reached) read(file).imports.forEach(target => reached.add(target))
    const isOpen = [...reached].some(file => (file.startsWith('test/') ? BY_PATH : IN_PROCESS).test(read(file).text))
    if (!isOpen) return hashOf(common, ...[...reached].sort().map(file => file + read(file).hash))
    everything ??= everythingIn(root)
    return everything === null ? null : hashOf(common, test, everything)
  }
}

function everythingIn (root: string): string | null {
  const { status, stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root, encoding: 'utf8', maxBuffer: 1 << 26,
  })
  if (status !== 0) return null
  const names = [...new Set(stdout.split('\0'))].filter(name => name !== '').sort()
  return hashOf(...names.map(name => name + contentHash(join(root, name))))
}

function contentHash (path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined || !stats.isFile()) return 'none'
  return stats.size > LARGE ? `${stats.size} at ${stats.mtimeMs}` : hashOf(readFileSync(path))
}

function hashOf (...parts: Array<string | Buffer>): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex')
}
