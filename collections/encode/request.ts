/** What is asked for, compared with what a folder was begun with. */
import { createHash } from 'node:crypto'
import { PIXEL_RULE, type Card, type Golden } from '@partition-vae/models'
import { CollectionError } from '../foundation/errors.js'
import type { ExtraColumn, LatentFormat, Manifest } from '../rows/manifest.js'

/** A published version, opened. */
export interface ModelFiles {
  readonly card: Card
  readonly encoder: Uint8Array
  readonly decoder: Uint8Array
  readonly golden: Golden
}

export interface EncodeRequest {
  readonly model: ModelFiles
  /** As a person gave them; they are in the manifest. */
  readonly inputs: readonly string[]
  /** Absolute. */
  readonly root: string
  /** The pictures are elsewhere here than where the folder was begun: `root` says where. */
  readonly isElsewhere?: boolean
  readonly fit: Manifest['fit']
  readonly invert: boolean
  readonly columns: readonly ExtraColumn[]
  readonly files: LatentFormat
}

/** Tells which encoder it is. */
export const modelHash = ({ encoder }: Pick<ModelFiles, 'encoder'>): string =>
  createHash('sha256').update(encoder).digest('hex')

type Draft = Omit<Manifest, 'images' | 'shards'>

/** Describes the latents that are asked for. */
export function draftManifest ({ model, inputs, root, fit, invert, columns, files }: EncodeRequest): Draft {
  const { name, version, latentSize, partitions } = model.card
  return {
    format: 'pvae-latents',
    formatVersion: 1,
    model: name,
    version,
    encoderSha256: modelHash(model),
    pixelRule: PIXEL_RULE,
    fit,
    invert,
    latentSize,
    partitions: partitions.map(({ name, size, label }) => ({ name, size, ...label !== undefined && { label } })),
    columns: ['mean', ...columns.toSorted()],
    files,
    inputs: [...inputs],
    root,
  }
}

const INPUTS = 'of the inputs'
const PLACE = 'of pictures in'
const ADVICE: Readonly<Record<string, string>> = {
  [INPUTS]: '--add encodes more pictures into it',
  [PLACE]: 'give --root where they are elsewhere on this machine',
}

/**
 * Checks that a folder was begun with what is asked for now.
 * @throws CollectionError PVAE_OUTPUT_MISMATCH that names the first thing that differs
 */
export function checkSame (
  folder: string, found: Manifest, wanted: Draft,
  { isAdding, isElsewhere }: { readonly isAdding: boolean, readonly isElsewhere: boolean }
): void {
  const partitions = ({ partitions }: Draft) => partitions.map(({ name, size }) => `${name} (${size})`).join(', ')
  const rows: ReadonlyArray<readonly [what: string, expected: unknown, found: unknown]> = [
    ['of the model', wanted.model, found.model],
    ['of version', wanted.version, found.version],
    ['of an encoder with SHA-256', wanted.encoderSha256, found.encoderSha256],
    ['by pixel rule', wanted.pixelRule, found.pixelRule],
    ['with --fit', wanted.fit, found.fit],
    ['with --invert', wanted.invert, found.invert],
    ['with columns', wanted.columns.join(','), found.columns.join(',')],
    ['as --format', wanted.files, found.files],
    ['of partitions', partitions(wanted), partitions(found)],
    ...isElsewhere ? [] : [[PLACE, wanted.root, found.root] as const],
    ...isAdding ? [] : [[INPUTS, wanted.inputs.join(' '), found.inputs.join(' ')] as const],
  ]
  const other = rows.find(([, expected, found]) => expected !== found)
  if (other === undefined) return
  const [what, expected, value] = other
  const advice = ADVICE[what] ?? 'take another folder'
  throw new CollectionError('PVAE_OUTPUT_MISMATCH',
    `expected latents ${what} ${expected} in ${folder} but found latents ${what} ${value}; ${advice}`)
}
