import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CardSchema, codeOf, schemaMismatch } from '@partition-vae/models'
import { Compile, Type, type Static } from '@partition-vae/models/typebox'
import { CollectionError } from '../foundation/errors.js'
import { invalidIndex } from './errors.js'

export const INDEX_FORMAT = 'pvae-index'
export const INDEX_FORMAT_VERSION = 1
export const HEADER_FILE = 'index.json'

const { name, version, partitions, latentSize, pixelRule, files } = CardSchema.properties
const { sha256 } = files.properties.encoder.properties

const Deviations = (description: string) => Type.Array(Type.Number({ minimum: 0 }), { description })

const ColumnSchema = Type.Object({
  name: Type.String({ minLength: 1 }),
  type: Type.Union([Type.Literal('number'), Type.Literal('text')]),
}, { additionalProperties: false })

/**
 * `index.json`, the header of an index. Beside it lie, little-endian, for each partition float32 [n, size] in
 * `partitions/<name>.f32`; the names of the files, UTF-8 without anything between, in `files.txt`, and where each
 * begins and the last ends, uint64 [n + 1], in `files.u64`; for the i-th column of metadata float64 [n] in
 * `metadata/<i>.f64` (NaN: none), or uint32 [n] in `metadata/<i>.u32` (4294967295: none), places in the list of texts
 * `metadata/<i>.json`.
 */
export const IndexHeaderSchema = Type.Object({
  format: Type.Literal(INDEX_FORMAT),
  formatVersion: Type.Literal(INDEX_FORMAT_VERSION),
  createdAt: Type.String(),
  model: name,
  version,
  encoderSha256: sha256,
  pixelRule,
  latentSize,
  partitions,
  count: Type.Integer({ minimum: 1, description: 'Rows: n' }),
  deviations: Type.Object({
    data: Deviations('[D] of the posterior means over the rows'),
    posterior: Type.Optional(Deviations('[D] mean over the rows of the posterior deviation')),
  }, { additionalProperties: false }),
  metadata: Type.Array(ColumnSchema),
  pictures: Type.Optional(Type.Object({
    root: Type.String({ description: 'The folder that relative names are relative to, where they were encoded' }),
    fit: Type.Union([Type.Literal('fill'), Type.Literal('contain'), Type.Literal('cover')]),
    invert: Type.Boolean(),
  }, { additionalProperties: false, description: 'How pictures became rows' })),
}, { additionalProperties: false })
export type IndexHeader = Static<typeof IndexHeaderSchema>
export type EncodedPictures = NonNullable<IndexHeader['pictures']>

const check = Compile(IndexHeaderSchema)

/** The files of an index beside its header, and their sizes where the header says them. */
export function filesOf ({ partitions, count, metadata }: IndexHeader): Array<{ path: string, bytes?: number }> {
  return [
    ...partitions.map(({ name, size }) => ({ path: partitionFile(name), bytes: 4 * count * size })),
    { path: NAMES_FILE },
    { path: NAME_OFFSETS_FILE, bytes: 8 * (count + 1) },
    ...metadata.flatMap(({ type }, i) => type === 'number'
      ? [{ path: numbersFile(i), bytes: 8 * count }]
      : [{ path: codesFile(i), bytes: 4 * count }, { path: textsFile(i) }]),
  ]
}

export const NAMES_FILE = 'files.txt'
export const NAME_OFFSETS_FILE = 'files.u64'
export const partitionFile = (name: string): string => `partitions/${name}.f32`
export const numbersFile = (column: number): string => `metadata/${column}.f64`
export const codesFile = (column: number): string => `metadata/${column}.u32`
export const textsFile = (column: number): string => `metadata/${column}.json`

/**
 * Reads the header of an index, and looks whether its files have the sizes that it says.
 * @throws CollectionError PVAE_INDEX_NOT_FOUND, PVAE_INDEX_INVALID
 */
export async function readHeader (folder: string): Promise<IndexHeader> {
  const path = join(folder, HEADER_FILE)
  const text = await readFile(path, 'utf8').catch(cause => {
    const message = `expected an index (a folder with ${HEADER_FILE}) for ${folder} but found ${codeOf(cause)}`
    throw new CollectionError('PVAE_INDEX_NOT_FOUND', message, { cause })
  })
  const header = parse(text, path)
  const { partitions, latentSize, deviations } = header
  let offset = 0
  for (const [i, partition] of partitions.entries()) {
    if (partition.offset !== offset) {
      throw invalidIndex(path, String(offset), `partitions[${i}].offset`, String(partition.offset))
    }
    offset += partition.size
  }
  if (offset !== latentSize) throw invalidIndex(path, `${offset} (the sum of sizes)`, 'latentSize', String(latentSize))
  for (const [name, { length }] of Object.entries(deviations)) {
    if (length !== latentSize) throw invalidIndex(path, `${latentSize} numbers`, `deviations.${name}`, String(length))
  }
  for (const { path: file, bytes } of filesOf(header)) {
    const found = await stat(join(folder, file)).catch(cause => {
      throw invalidIndex(folder, 'a file', file, codeOf(cause))
    })
    if (bytes !== undefined && found.size !== bytes) {
      throw invalidIndex(folder, `${bytes} bytes (${header.count} rows)`, file, `${found.size} bytes`)
    }
  }
  return header
}

function parse (text: string, path: string): IndexHeader {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalidIndex(path, 'JSON', HEADER_FILE, (cause as Error).message)
  }
  if (check.Check(value)) return value
  const { field, expected, found } = schemaMismatch(check.Errors(value), value, HEADER_FILE)
  throw invalidIndex(path, expected, field, found)
}

/** A model, as far as an index knows it. */
export interface IndexedModel {
  readonly name: string
  readonly version: number
  readonly files: { readonly encoder: { readonly sha256: string } }
}

/**
 * Refuses to search an index with latents of another model than it was made by.
 * @throws CollectionError PVAE_INDEX_MISMATCH
 */
export function checkModel (header: IndexHeader, { name, version, files: { encoder } }: IndexedModel): void {
  if (header.model === name && header.encoderSha256 === encoder.sha256) return
  const described = (model: string, number: number, sha256: string) =>
    `${model}@${number} (encoder ${sha256.slice(0, 12)}…)`
  throw new CollectionError(
    'PVAE_INDEX_MISMATCH',
    `expected an index of ${described(name, version, encoder.sha256)} but found one of ` +
      `${described(header.model, header.version, header.encoderSha256)}: encode and index its images again`
  )
}
