/** The samples of WebDataset archives: files of one name, up to its first dot, that follow one another. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { notFound } from '../../foundation/not-found.js'
import { naturalKey } from '../folder/clips.js'
import { readTar } from './tar-entries.js'

const ARCHIVES = /\.(tar|tar\.gz|tgz)$/i
const IMAGES = /^(?:.*\.)?(png|jpe?g|webp)$/i
const MASKS = /^(mask|masks|seg)\.(png|webp)$/i

/** What lies beside archives and says something to people. */
const BESIDE = /^(readme|licen[cs]e|notice)(\.\w+)?$|\.(md|txt|ya?ml|json)$/i

/** Tells whether a path stands for WebDataset archives: by its ending, or as a folder of them and words about them. */
export async function isWebDataset (path: string, isDirectory: boolean): Promise<boolean> {
  if (!isDirectory) return ARCHIVES.test(path)
  const names = (await readdir(path).catch(() => [])).filter(name => !name.startsWith('.'))
  return names.some(name => ARCHIVES.test(name)) && names.every(name => ARCHIVES.test(name) || BESIDE.test(name))
}

/**
 * Lists the archives that a path stands for: itself, or those in the folder, in the natural order of their names.
 * @throws TrainerError PVAE_DATA_NOT_FOUND
 */
export async function listArchives (path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => { throw notFound(path, 'data.file', error) })
  if (!found.isDirectory()) return [path]
  const names = (await readdir(path)).filter(name => ARCHIVES.test(name))
  if (names.length === 0) {
    const expected = `expected tar archives in the folder ${path} for data.file`
    throw new TrainerError('PVAE_DATA_NOT_FOUND', `${expected} but found none`)
  }
  const keys = names.map(name => ({ name, key: naturalKey(name) }))
  return keys.sort((a, b) => a.key < b.key ? -1 : 1).map(({ name }) => join(path, name))
}

/** A file that belongs to a sample. */
export interface SampleFile {
  /** Names the sample's image: the archive's name, and the image's in it. */
  readonly path: string
  readonly role: 'image' | 'mask' | 'json' | 'cls'
  /** Whether it is a link in the archive, which is not followed. */
  readonly isLink: boolean
  read (): Promise<Uint8Array>
}

/**
 * Reads the files of samples that say something of images, in the order of the archives.
 * @throws TrainerError PVAE_DATA_MIXED for a sample whose files do not follow one another; as readTar
 */
export async function * readSamples (archives: readonly string[], signal?: AbortSignal): AsyncGenerator<SampleFile> {
  for (const archive of archives) {
    const seen = new Set<string>()
    let current: string | undefined
    for await (const { name, isLink, read } of readTar(archive, signal)) {
      const base = basename(name)
      if (base.startsWith('.')) continue
      const dot = base.indexOf('.')
      const key = name.slice(0, name.length - base.length) + (dot < 0 ? base : base.slice(0, dot))
      if (key !== current && seen.has(key)) {
        throw new TrainerError('PVAE_DATA_MIXED', `${archive}: expected the files of a sample one after the other but ` +
          `found ${name} behind those of ${current}`)
      }
      current = key
      seen.add(key)
      const role = dot < 0 ? undefined : roleOf(base.slice(dot + 1))
      if (role !== undefined) yield { path: `${basename(archive)}/${key}`, role, isLink, read }
    }
  }
}

function roleOf (ending: string): SampleFile['role'] | undefined {
  if (MASKS.test(ending)) return 'mask'
  if (IMAGES.test(ending)) return 'image'
  return ending === 'json' || ending === 'cls' ? ending : undefined
}
