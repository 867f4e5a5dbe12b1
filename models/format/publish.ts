import { randomUUID } from 'node:crypto'
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MODEL_NAME_PATTERN, SCHEMA_VERSION, type Card } from './card-schema.js'
import { codeOf, describe, ModelError } from '../foundation/errors.js'
import type { Golden } from './golden.js'
import { graphMetadata, withMetadata } from './graph.js'
import { CARD_FILE, GOLDEN_FILE, sha256, verifyVersion } from './version.js'

const ENCODER_FILE = 'encoder.onnx'
const DECODER_FILE = 'decoder.onnx'
const LAYERS_FILE = 'layers.onnx'
const SAMPLE_FILE = 'sample.bin'

/** Others can win the number this often before we give up. */
const PUBLISH_ATTEMPTS = 100

/** A model as handed in for publishing: the repository adds the number, the files' hashes and the graphs' metadata. */
export interface ModelDraft {
  readonly card: Omit<Card, 'schemaVersion' | 'version' | 'files' | 'createdAt'> & {
    /** UTC, ISO 8601. Default: now. */
    readonly createdAt?: string
  }
  /** ONNX. Its metadata entries `name`, `version` and `partitions` are set on publishing. */
  readonly encoder: Uint8Array
  readonly decoder: Uint8Array
  /** The graph `layers.onnx`, of models that draw partitions apart. */
  readonly layers?: Uint8Array
  /** The encoded sample: `packSample`. */
  readonly sample?: Uint8Array
  readonly golden: Golden
  /**
   * Files for people, by their path under `report/`, with `/` between folders; or what makes them once the version's
   * number is known.
   */
  readonly report?:
    ReadonlyMap<string, Uint8Array | string> | ((version: number) => ReadonlyMap<string, Uint8Array | string>)
  /** Default: one above the highest. */
  readonly version?: number
}

export interface PublishedVersion {
  readonly name: string
  readonly version: number
  /** Absolute. */
  readonly directory: string
}

type Files = Map<string, Uint8Array>

export async function publishVersion (
  root: string,
  draft: ModelDraft,
  nextVersion: () => Promise<number>
): Promise<PublishedVersion> {
  const { name } = draft.card
  checkDraft(draft)
  for (let attempt = 0; ; attempt++) {
    const version = draft.version ?? (await nextVersion())
    const files = await buildFiles(draft, version)
    const directory = join(root, name, String(version))
    if (await writeVersion(directory, version, files)) return { name, version, directory }
    if (draft.version === undefined && attempt < PUBLISH_ATTEMPTS) continue // another publisher took the number
    const mismatch = { field: 'version', expected: 'a version that does not exist yet', found: String(version) }
    throw new ModelError('PVAE_VERSION_EXISTS', name, mismatch)
  }
}

function invalid (where: string, field: string, expected: string, found: unknown): ModelError {
  return new ModelError('PVAE_INVALID_PARAMETER', where, { field, expected, found: describe(found) })
}

/** Checks all parts of a draft that become paths, before anything touches the disk. */
function checkDraft ({ card: { name }, version, report }: ModelDraft): void {
  if (!new RegExp(MODEL_NAME_PATTERN).test(name)) {
    throw invalid('the draft', 'card.name', `text matching ${MODEL_NAME_PATTERN}`, name)
  }
  if (version !== undefined && !(Number.isSafeInteger(version) && version >= 1)) {
    throw invalid(name, 'version', 'an integer ≥ 1', version)
  }
  const paths = [...reportOf(report, version ?? 1).keys()]
  for (const path of paths) {
    const segments = path.split('/')
    if (/[\\\0:]/.test(path) || segments.some(segment => segment === '' || segment === '.' || segment === '..')) {
      throw invalid(name, 'report', 'paths inside report/', path)
    }
    if (paths.some(other => other.startsWith(`${path}/`))) {
      throw invalid(name, 'report', `a file or a folder at ${path}, not both`, path)
    }
  }
}

function reportOf (report: ModelDraft['report'], version: number): ReadonlyMap<string, Uint8Array | string> {
  return typeof report === 'function' ? report(version) : report ?? new Map()
}

/** A version's files, verified exactly as a reader would. */
async function buildFiles (
  { card: draft, encoder, decoder, layers, sample, golden, report }: ModelDraft,
  version: number
): Promise<Files> {
  const metadata = graphMetadata({ ...draft, version })
  const where = `${draft.name}/${version}`
  const hashed: Record<string, Uint8Array> = {}
  const entry = (path: string, bytes: Uint8Array) => {
    hashed[path] = bytes
    return { path, sha256: sha256(bytes), bytes: bytes.length }
  }
  const graph = (path: string, graph: Uint8Array) => entry(path, withMetadata(graph, metadata, `${where}/${path}`))
  const { name, createdAt = new Date().toISOString(), description, ...rest } = draft
  const card: Card = {
    schemaVersion: SCHEMA_VERSION,
    name,
    version,
    createdAt,
    description,
    ...rest,
    files: {
      encoder: graph(ENCODER_FILE, encoder),
      decoder: graph(DECODER_FILE, decoder),
      ...layers && { layers: graph(LAYERS_FILE, layers) },
      ...sample && { sample: entry(SAMPLE_FILE, sample) },
    },
  }
  const encode = (text: string) => new TextEncoder().encode(text)
  const files: Files = new Map([
    [CARD_FILE, encode(`${JSON.stringify(card, null, 2)}\n`)],
    ...Object.entries(hashed),
    [GOLDEN_FILE, encode(`${JSON.stringify(golden)}\n`)],
  ])
  await verifyVersion({ name, version }, async file => files.get(file) as Uint8Array<ArrayBuffer>)
  for (const [path, contents] of reportOf(report, version)) {
    files.set(`report/${path}`, typeof contents === 'string' ? encode(contents) : contents)
  }
  return files
}

/**
 * Writes all files into a sibling, then renames it: readers see a whole version or none.
 * @returns false if the version exists
 */
async function writeVersion (directory: string, version: number, files: Files): Promise<boolean> {
  const model = dirname(directory)
  const temporary = join(model, `.tmp-${version}-${randomUUID()}`)
  try {
    await mkdir(model, { recursive: true })
    if (await exists(directory)) return false // renaming would replace an empty folder
    await mkdir(temporary)
    const folders = new Set([temporary])
    for (const [path, bytes] of files) {
      const folder = dirname(join(temporary, path))
      await mkdir(folder, { recursive: true })
      for (let at = folder; at !== model; at = dirname(at)) folders.add(at)
      await writeDurably(join(temporary, path), bytes)
    }
    for (const folder of folders) await syncFolder(folder)
    await rename(temporary, directory)
    await syncFolder(model)
    return true
  } catch (cause) {
    // Whatever stopped us: who finds a version there now has lost the race, and reads it instead.
    if (await exists(directory)) return false
    throw unwritable(directory, cause)
  } finally {
    // Gone already after the rename. A disk that refused the write may refuse this too, and the first error says more.
    await Promise.allSettled([rm(temporary, { recursive: true, force: true })])
  }
}

export function unwritable (path: string, cause: unknown): ModelError {
  const mismatch = { field: 'the model repository', expected: 'a folder that can be written to', found: codeOf(cause) }
  return new ModelError('PVAE_REPOSITORY_UNWRITABLE', path, mismatch, { cause })
}

/** Also true of a dangling link. What can't be looked at is left for the write to fail at, with its own code. */
function exists (path: string): Promise<boolean> {
  return lstat(path).then(() => true, () => false)
}

export async function writeDurably (path: string, bytes: Uint8Array, flag: 'w' | 'wx' = 'wx'): Promise<void> {
  const file = await open(path, flag)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes a folder's entries survive a power cut, where the platform can: Windows opens no folders. */
export async function syncFolder (path: string): Promise<void> {
  await Promise.allSettled([open(path, 'r').then(folder => folder.sync().finally(() => folder.close()))])
}
