import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCardJson } from './card.js'
import type { Card } from './card-schema.js'
import { decoderContract, encoderContract, layersContract } from './contract.js'
import { codeOf, ModelError, type Mismatch } from '../foundation/errors.js'
import { parseGoldenJson, type Golden } from './golden.js'
import { checkGraph, checkMetadata } from './graph.js'
import { readSample } from './sample.js'

export const CARD_FILE = 'model.json'
export const GOLDEN_FILE = 'golden.json'

/** A version whose files are whole, unchanged, and agree with each other. The graphs have not been run. */
export interface ModelVersion {
  readonly card: Card
  /** Absolute. */
  readonly directory: string
  readonly encoder: Uint8Array<ArrayBuffer>
  readonly decoder: Uint8Array<ArrayBuffer>
  /** The graph `layers.onnx`, of models that draw partitions apart. */
  readonly layers?: Uint8Array<ArrayBuffer>
  /** The encoded sample, where the version has one: `readSample`. */
  readonly sample?: Uint8Array<ArrayBuffer>
  readonly golden: Golden
}

/** A version's files before anything about them is known, by their name in the folder. */
export type FileReader = (name: string) => Promise<Uint8Array<ArrayBuffer>>

/** Lower-case hexadecimal, as in the card. */
export function sha256 (bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export async function openVersion (root: string, name: string, version: number): Promise<ModelVersion> {
  const where = `${name}/${version}`
  const directory = join(root, name, String(version))
  const contents = await verifyVersion({ name, version }, file => readVersionFile(directory, where, file))
  return { ...contents, directory }
}

async function readVersionFile (directory: string, where: string, file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { buffer, byteOffset, length } = await readFile(join(directory, file))
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, length)
  } catch (cause) {
    const code = codeOf(cause)
    const missing: Record<string, string> = { ENOENT: 'nothing', EISDIR: 'a folder' }
    const found = missing[code]
    throw found === undefined
      ? new ModelError(
        'PVAE_REPOSITORY_UNREADABLE',
        where,
        { field: file, expected: 'a readable file', found: code },
        { cause }
      )
      : new ModelError('PVAE_VERSION_INCOMPLETE', where, { field: file, expected: 'a file', found }, { cause })
  }
}

/**
 * Everything that can be checked without running the graphs. The same for a version on disk and for one about to be
 * published.
 */
export async function verifyVersion (
  identity: Pick<Card, 'name' | 'version'>, read: FileReader
): Promise<Omit<ModelVersion, 'directory'>> {
  const where = `${identity.name}/${identity.version}`
  const card = parseCardJson(await read(CARD_FILE), `${where}/${CARD_FILE}`)
  for (const field of ['name', 'version'] as const) {
    if (card[field] === identity[field]) continue
    const mismatch = {
      field,
      expected: `${JSON.stringify(identity[field])} (the folder's name)`,
      found: JSON.stringify(card[field]),
    }
    throw new ModelError('PVAE_CARD_INVALID', `${where}/${CARD_FILE}`, mismatch)
  }
  const { files } = card
  const [encoder, decoder, layers, sample, goldenBytes] = await Promise.all([
    read(files.encoder.path),
    read(files.decoder.path),
    files.layers === undefined ? undefined : read(files.layers.path),
    files.sample === undefined ? undefined : read(files.sample.path),
    read(GOLDEN_FILE),
  ])
  for (const [role, bytes, contractOf] of [
    ['encoder', encoder, encoderContract],
    ['decoder', decoder, decoderContract],
    ['layers', layers, layersContract],
  ] as const) {
    if (bytes === undefined) continue
    const path = `${where}/${files[role]!.path}`
    checkHash(role, files[role]!, bytes, path)
    checkMetadata(checkGraph(bytes, contractOf(card), path), card, path)
  }
  if (sample !== undefined) {
    const path = `${where}/${files.sample!.path}`
    checkHash('sample', files.sample!, sample, path)
    readSample(sample, card, path)
  }
  const golden = parseGoldenJson(goldenBytes, card, `${where}/${GOLDEN_FILE}`)
  return { card, encoder, decoder, ...layers && { layers }, ...sample && { sample }, golden }
}

type Role = keyof Card['files']

function checkHash (role: Role, expected: NonNullable<Card['files'][Role]>, bytes: Uint8Array, where: string): void {
  const mismatch = (mismatch: Mismatch) => new ModelError('PVAE_HASH_MISMATCH', where, mismatch)
  if (bytes.length !== expected.bytes) {
    throw mismatch({ field: `files.${role}.bytes`, expected: String(expected.bytes), found: String(bytes.length) })
  }
  const found = sha256(bytes)
  if (found !== expected.sha256) throw mismatch({ field: `files.${role}.sha256`, expected: expected.sha256, found })
}
