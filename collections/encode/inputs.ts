/** Finds the pictures that are to be encoded, one after the other, in the same order on every machine. */
import type { Dirent } from 'node:fs'
import { opendir, readdir, realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import picomatch from 'picomatch'
import { CollectionError, failedWith } from '../foundation/errors.js'

const PICTURE = /\.(png|jpe?g|webp)$/i

/** A folder, a picture, or a pattern such as `photos/**\/*.png`; or the paths that something else lists. */
export type Input = string | AsyncIterable<string>

export interface ListOptions {
  /** What relative inputs are relative to. Absolute. */
  readonly root: string
  /** A folder that is left out, wherever it lies: what is written of the pictures. */
  readonly excluded?: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Lists pictures as paths below the inputs they were found by: `photos/2026/a.png` for `photos`. In folders, names in
 * the order of their UTF-16 code units; hidden ones are left out, links are followed where they lead to no folder that
 * they lie in. Holds the names of one folder (and those above it) at a time.
 * @throws CollectionError PVAE_INPUT_NOT_FOUND for an input that is not there; the signal's reason
 */
export async function * listPictures (inputs: readonly Input[], options: ListOptions): AsyncGenerator<string> {
  for (const input of inputs) {
    if (typeof input !== 'string') yield * input
    else yield * listInput(input, options)
  }
}

async function * listInput (input: string, options: ListOptions): AsyncGenerator<string> {
  const kind = input === '' ? undefined : await kindOf(resolve(options.root, input))
  if (kind === 'file') yield input
  else if (kind === 'folder') yield * walk(input.replace(/(?<=.)\/+$/, ''), options, [], path => PICTURE.test(path))
  else yield * listPattern(input, options)
}

/** For shells' patterns, in programs that got them unexpanded: there is a limit to what a shell can pass on. */
async function * listPattern (pattern: string, options: ListOptions): AsyncGenerator<string> {
  const { base, isGlob } = picomatch.scan(pattern)
  const missing = () => new CollectionError('PVAE_INPUT_NOT_FOUND',
    `expected a picture, a folder or a pattern for INPUT but found no ${pattern}`)
  if (!isGlob || await kindOf(resolve(options.root, base)) !== 'folder') throw missing()
  const bare = pattern.replace(/^\.\//, '').replace(/\/+$/, '')
  // A pattern that a shell would make folders of stands for the pictures in them.
  const [matches, isBelow] = [picomatch(bare), picomatch(`${bare}/**`)]
  const isWanted = (path: string) => matches(path) || (isBelow(path) && PICTURE.test(path))
  let isAny = false
  for await (const path of walk(base, options, [], path => isWanted(path.replace(/^\.\//, '')))) {
    isAny = true
    yield path
  }
  if (!isAny) throw missing()
}

async function kindOf (path: string): Promise<'file' | 'folder' | undefined> {
  try {
    const found = await stat(path)
    // Pipes, devices and sockets have no end that one could wait for.
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : undefined
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined
    throw error
  }
}

async function * walk (
  folder: string, options: ListOptions, above: readonly string[], isWanted: (path: string) => boolean
): AsyncGenerator<string> {
  const { root, excluded, signal } = options
  signal?.throwIfAborted()
  const absolute = resolve(root, folder)
  const real = await realpath(absolute)
  if (absolute === excluded || above.includes(real)) return
  const entries = (await readdir(absolute, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'))
  const below = folder === '' || folder === '.' ? '' : join(folder, '/')
  for (const entry of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path = below + entry.name
    const kind = entry.isFile() ? 'file' : await kindOfEntry(entry, resolve(root, path))
    if (kind === 'folder') yield * walk(path, options, [...above, real], isWanted)
    else if (kind === 'file' && isWanted(path)) yield path
  }
}

/** Of an entry that is no plain file. */
async function kindOfEntry (entry: Dirent, path: string): Promise<'file' | 'folder' | undefined> {
  if (entry.isDirectory()) return 'folder'
  return entry.isSymbolicLink() ? await kindOf(path) : undefined
}

/** Tells whether a folder has nothing in it, or is not there. */
export async function isEmpty (folder: string): Promise<boolean> {
  try {
    const entries = await opendir(folder)
    return await entries.read().finally(() => entries.close()) === null
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return true
    throw error
  }
}
