import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { MODEL_NAME_PATTERN } from './card-schema.js'
import { codeOf, describe, ModelError } from '../foundation/errors.js'
import { readFolders } from '../foundation/folders.js'
import { MODEL_VERSION_PATTERN } from './model-reference.js'
import { didYouMean } from '../foundation/nearest-name.js'
import { publishVersion, unwritable, type ModelDraft, type PublishedVersion } from './publish.js'
import { removedVersions, removeVersion } from './unpublish.js'
import { openVersion, type ModelVersion } from './version.js'

export type { ModelDraft, PublishedVersion } from './publish.js'
export type { ModelVersion } from './version.js'

export const VERSION_PATTERN = new RegExp(`^${MODEL_VERSION_PATTERN}$`)
const NAME_PATTERN = new RegExp(MODEL_NAME_PATTERN)

export interface ModelListing {
  readonly name: string
  /** At least one, ascending. */
  readonly versions: number[]
}

/** A folder of models: `<root>/<name>/<version>/`. Nothing is cached: every call looks at the disk. */
export interface Repository {
  /** Absolute. */
  readonly root: string
  /**
   * Models and their versions by name; not opened, so a broken version is listed too. Other files and folders are
   * passed over.
   * @throws ModelError PVAE_REPOSITORY_UNREADABLE
   */
  list (): Promise<ModelListing[]>
  /**
   * Reads and verifies a version, by default the highest: card, sizes and hashes, graphs against the card, golden
   * examples.
   * @throws ModelError PVAE_MODEL_NOT_FOUND, PVAE_VERSION_NOT_FOUND, PVAE_VERSION_INCOMPLETE, PVAE_CARD_INVALID,
   * PVAE_HASH_MISMATCH, PVAE_GRAPH_INVALID, PVAE_GOLDEN_INVALID, PVAE_REPOSITORY_UNREADABLE
   */
  open (name: string, version?: number): Promise<ModelVersion>
  /**
   * Adds a version, whole or not at all, by default one above the highest that there has been. What `open` would refuse
   * is not published. Creates the root where it is missing.
   * @throws ModelError PVAE_VERSION_EXISTS, PVAE_REPOSITORY_UNWRITABLE, PVAE_INVALID_PARAMETER, and as `open` for
   * invalid contents
   */
  publish (draft: ModelDraft): Promise<PublishedVersion>
  /**
   * Removes a version, whole or not at all, even one that `open` would refuse. A service that has loaded it goes on
   * with it until it looks again.
   * @returns the versions of this model that are left, ascending
   * @throws ModelError PVAE_MODEL_NOT_FOUND, PVAE_VERSION_NOT_FOUND, PVAE_REPOSITORY_UNREADABLE,
   * PVAE_REPOSITORY_UNWRITABLE
   */
  unpublish (name: string, version: number): Promise<number[]>
}

export function openRepository (root: string): Repository {
  const absolute = resolve(root)
  return {
    root: absolute,
    list: () => listModels(absolute),
    open: (name, version) => openModel(absolute, name, version),
    async unpublish (name, version) {
      const { versions } = await findVersion(absolute, name, version)
      await removeVersion(join(absolute, name), version)
      return versions.filter(other => other !== version)
    },
    publish: draft => publishVersion(absolute, draft, () => nextVersion(join(absolute, draft.card.name))),
  }
}

async function readVersions (directory: string): Promise<number[]> {
  const names = await readFolders(directory)
  return names.filter(name => VERSION_PATTERN.test(name)).map(Number).sort((a, b) => a - b)
}

async function listModels (root: string): Promise<ModelListing[]> {
  try {
    const names = (await readFolders(root)).filter(name => NAME_PATTERN.test(name)).sort()
    const listings = await Promise.all(
      names.map(async name => ({ name, versions: await readVersions(join(root, name)) }))
    )
    return listings.filter(({ versions }) => versions.length > 0)
  } catch (cause) {
    const mismatch = { field: 'the model repository', expected: 'a readable folder', found: codeOf(cause) }
    throw new ModelError('PVAE_REPOSITORY_UNREADABLE', root, mismatch, { cause })
  }
}

async function openModel (root: string, name: string, version: number | undefined): Promise<ModelVersion> {
  const { chosen } = await findVersion(root, name, version)
  return openVersion(root, name, chosen)
}

/** A version that is there, by default the highest. */
async function findVersion (
  root: string,
  name: string,
  version: number | undefined
): Promise<{ chosen: number; versions: readonly number[] }> {
  const models = await listModels(root)
  // Looked up among what is there, so a name can't lead out of the root.
  const model = models.find(model => model.name === name)
  if (model === undefined) {
    const expected =
      models.length === 0
        ? 'a model (the repository is empty)'
        : `one of ${models.map(({ name }) => name).join(', ')}`
    throw new ModelError('PVAE_MODEL_NOT_FOUND', root, {
      field: 'model',
      expected,
      found: `${describe(name)}${didYouMean(
        name,
        models.map(({ name }) => name)
      )}`,
    })
  }
  const { versions } = model
  const chosen = version ?? versions.at(-1)!
  if (!versions.includes(chosen)) {
    const expected = `one of ${versions.join(', ')}`
    throw new ModelError('PVAE_VERSION_NOT_FOUND', join(root, name), {
      field: 'version',
      expected,
      found: describe(chosen),
    })
  }
  return { chosen, versions }
}

/** One above the highest number taken, by whatever, now or before. A folder that is not there yet has none. */
async function nextVersion (directory: string): Promise<number> {
  const names = await readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return []
    throw unwritable(directory, cause)
  })
  return Math.max(0, ...names.filter(name => VERSION_PATTERN.test(name)).map(Number), ...removedVersions(names)) + 1
}
