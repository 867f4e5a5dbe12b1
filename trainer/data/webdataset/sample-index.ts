/** What the samples of archives are, and what is known of them: read once, and kept beside the cache. */
import { readFile } from 'node:fs/promises'
import { TrainerError } from '../../foundation/errors.js'
import { writeFileAtomic } from '../../foundation/files.js'
import type { SkippedFile } from '../dataset.js'
import type { ImageMetadata } from '../metadata-file.js'
import { mayHaveWords } from '../folder/image-metadata.js'
import { fitsImage, readStored, uprightSize, type StoredPicture } from '../folder/mask-picture.js'
import { readSamples } from './samples.js'

export interface SampleIndex {
  /** Decides whether the index is of these archives. */
  readonly key: string
  /** Samples that have an image, in the order of the archives. */
  readonly rows: readonly ImageMetadata[]
  /** Columns that have words of no use, such as captions: they would be the most of it, and are not kept. */
  readonly words: readonly string[]
  /** Whether each of them has a mask. */
  readonly hasMasks: boolean
  /** The images that EXIF turns, by name: their masks turn with them. */
  readonly turned: Readonly<Record<string, StoredPicture>>
  readonly skipped: readonly SkippedFile[]
}

/**
 * Reads the index of archives from its file, or makes it, which reads all of them once.
 * @throws TrainerError PVAE_DATA_CORRUPT, PVAE_DATA_MIXED, PVAE_OUTPUT_UNWRITABLE; the signal's reason
 */
export async function openSampleIndex (
  path: string, key: string, archives: readonly string[], signal: AbortSignal | undefined
): Promise<SampleIndex> {
  const known = await readFile(path, 'utf8').then(text => JSON.parse(text) as SampleIndex, () => undefined)
    .catch(() => undefined)
  if (known?.key === key) return known
  const index = { key, ...await makeIndex(archives, signal) }
  await writeFileAtomic(path, JSON.stringify(index))
  return index
}

interface Sample {
  /** What their heads state; `no` for another format, undefined where there is none. */
  image?: StoredPicture | 'no'
  mask?: StoredPicture | 'no'
  readonly values: Record<string, string | number | boolean | null>
}

async function makeIndex (
  archives: readonly string[], signal: AbortSignal | undefined
): Promise<Omit<SampleIndex, 'key'>> {
  const samples = new Map<string, Sample>()
  const words = new Set<string>()
  const links: SkippedFile[] = []
  for await (const { path, role, isLink, read } of readSamples(archives, signal)) {
    if (isLink) {
      links.push({ path, reason: `its ${role} is a link in the archive, which is not followed` })
      continue
    }
    let sample = samples.get(path)
    if (sample === undefined) samples.set(path, sample = { values: {} })
    // A sample's second picture is not its image.
    if (role === 'image' || role === 'mask') sample[role] ??= readStored(await read()) ?? 'no'
    else if (role === 'cls') sample.values.label = Buffer.from(await read()).toString('utf8').trim()
    else Object.assign(sample.values, valuesOf(await read(), path, words))
  }
  const withImages = [...samples].filter(([, { image }]) => image !== undefined)
  const masks = withImages.filter(([, { mask }]) => mask !== undefined).length
  const without = withImages.find(([, { mask }]) => mask === undefined)
  const unlike = withImages.find(([, { image, mask }]) => mask !== undefined && !fits(mask, image!))
  if (unlike !== undefined) {
    const [path, { image, mask }] = unlike
    throw new TrainerError('PVAE_DATA_MIXED', `expected a mask of ${describe(image!)} pixels, as the image has, for ${path} ` +
      `but found ${describe(mask!)}`)
  }
  if (masks > 0 && without !== undefined) {
    const found = `one for ${masks}, and none for ${without[0]}`
    throw new TrainerError('PVAE_DATA_MIXED', `expected a mask for each of ${withImages.length} samples but found ${found}`)
  }
  return {
    rows: withImages.map(([file, { values }]) => ({ file, values })),
    words: [...words],
    hasMasks: masks > 0,
    turned: Object.fromEntries(withImages.flatMap(([file, { image }]) =>
      image === undefined || image === 'no' || image.orientation === 1 ? [] : [[file, image]])),
    skipped: [...links, ...[...samples].filter(([, { image }]) => image === undefined)
      .map(([path]) => ({ path, reason: 'a sample without a PNG, JPEG or WebP' }))],
  }
}

function fits (mask: StoredPicture | 'no', image: StoredPicture | 'no'): boolean {
  return mask === 'no' || image === 'no' ? mask === image : fitsImage(mask, image)
}

function describe (picture: StoredPicture | 'no'): string {
  if (picture === 'no') return picture
  const { width, height } = uprightSize(picture)
  return `${width} × ${height}`
}

/**
 * Takes the numbers and truths of a sample's JSON, and words that may be of use; lists and objects are passed over.
 * @param words gets the columns of other words
 */
function valuesOf (bytes: Uint8Array, path: string, words: Set<string>): Sample['values'] {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (error) {
    throw new TrainerError('PVAE_DATA_CORRUPT', `${path}.json: expected JSON but found ${(error as Error).message}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  return Object.fromEntries(Object.entries(value).filter(([column, inner]) => {
    if (typeof inner === 'object') return inner === null
    if (typeof inner !== 'string' || Number.isFinite(Number(inner)) || mayHaveWords(column)) return true
    words.add(column)
    return false
  }))
}
