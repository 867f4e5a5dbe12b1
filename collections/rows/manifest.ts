/** What a folder of latents is of: written once, before the first picture is encoded. */
import { join } from 'node:path'
import { schemaMismatch } from '@partition-vae/models'
import { Compile, Type, type Static } from '@partition-vae/models/typebox'
import { CollectionError } from '../foundation/errors.js'
import { readIfThere, writeWhole } from '../foundation/files.js'

const PartitionSpecSchema = Type.Object({
  name: Type.String({ minLength: 1 }),
  size: Type.Integer({ minimum: 1 }),
  label: Type.Optional(Type.String()),
})
export type PartitionSpec = Static<typeof PartitionSpecSchema>

/** What can be written of a picture, beside its posterior mean. */
export const EXTRA_COLUMNS = ['log_variance', 'kl', 'mse'] as const
export type ExtraColumn = (typeof EXTRA_COLUMNS)[number]

export const LATENT_FORMATS = ['parquet', 'npy', 'jsonl'] as const
export type LatentFormat = (typeof LATENT_FORMATS)[number]

const ManifestSchema = Type.Object({
  format: Type.Literal('pvae-latents'),
  formatVersion: Type.Literal(1),
  model: Type.String({ minLength: 1 }),
  version: Type.Integer({ minimum: 1 }),
  encoderSha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  pixelRule: Type.Integer({ minimum: 1 }),
  fit: Type.Union([Type.Literal('fill'), Type.Literal('contain'), Type.Literal('cover')]),
  invert: Type.Boolean(),
  latentSize: Type.Integer({ minimum: 1 }),
  partitions: Type.Array(PartitionSpecSchema, { minItems: 1 }),
  columns: Type.Array(Type.Union([
    Type.Literal('mean'), Type.Literal('log_variance'), Type.Literal('kl'), Type.Literal('mse'),
  ])),
  files: Type.Union([Type.Literal('parquet'), Type.Literal('npy'), Type.Literal('jsonl')]),
  /** As they were given; paths in the list are relative to `root` unless they are absolute. */
  inputs: Type.Array(Type.String()),
  root: Type.String(),
  images: Type.Integer({ minimum: 1 }),
  shards: Type.Integer({ minimum: 1 }),
})
export type Manifest = Static<typeof ManifestSchema>

const check = Compile(ManifestSchema)

export const manifestPath = (folder: string): string => join(folder, 'manifest.json')

/** `shard-00012`: of files about a shard, in every folder. */
export const shardName = (shard: number): string => `shard-${String(shard).padStart(5, '0')}`

/**
 * Reads the manifest of a folder.
 * @returns undefined for a folder without one
 * @throws CollectionError PVAE_OUTPUT_INVALID for one that does not read: it was cut off or edited
 */
export async function readManifest (folder: string): Promise<Manifest | undefined> {
  const path = manifestPath(folder)
  const text = await readIfThere(path)
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new CollectionError('PVAE_OUTPUT_INVALID', `expected JSON in ${path} but found ${text.length} characters ` +
      'that are none; it is written whole, so something else has changed it', { cause })
  }
  if (!check.Check(value)) {
    const { field, expected, found } = schemaMismatch([...check.Errors(value)], value)
    throw new CollectionError('PVAE_OUTPUT_INVALID', `${path}: expected ${expected} for ${field} but found ${found}`)
  }
  const units = value.partitions.reduce((sum, { size }) => sum + size, 0)
  if (units !== value.latentSize) {
    throw new CollectionError('PVAE_OUTPUT_INVALID',
      `${path}: expected ${units}, the units of all partitions, for latentSize but found ${value.latentSize}`)
  }
  return value
}

export const writeManifest = (folder: string, manifest: Manifest): Promise<void> =>
  writeWhole(manifestPath(folder), `${JSON.stringify(manifest, null, 2)}\n`)
