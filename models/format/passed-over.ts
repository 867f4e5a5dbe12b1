import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MODEL_NAME_PATTERN } from './card-schema.js'
import type { Mismatch } from '../foundation/errors.js'
import { readFolders } from '../foundation/folders.js'
import { VERSION_PATTERN } from './repository.js'

const NAME_PATTERN = new RegExp(MODEL_NAME_PATTERN)
/** Folder names by which people mean a version, though they are not the repository's way of writing one. */
const LOOSE_VERSION = /^v?\d+$/i
const CARD = 'model.json'
const LAYOUT = '<model name>/<version>/model.json'

/** Something in a repository that looks like a model and is none. */
export interface PassedOver extends Mismatch {
  /** Below the repository, e.g. `MNIST/1`. */
  readonly path: string
}

async function hasCard (folder: string): Promise<boolean> {
  return (await stat(join(folder, CARD)).catch(() => undefined))?.isFile() ?? false
}

/** Whatever can't be read has nothing in it that could be served. */
async function foldersOf (path: string): Promise<string[]> {
  const names = await readFolders(path).catch(() => [])
  return names.filter(name => !name.startsWith('.')).sort()
}

function versionMismatch (name: string): Omit<PassedOver, 'path'> {
  return {
    field: 'the name of a version',
    expected: 'an integer from 1 without leading zeros',
    found: JSON.stringify(name),
  }
}

async function lookInto (root: string, name: string): Promise<PassedOver[]> {
  const folder = join(root, name)
  const inside = await foldersOf(folder)
  const versions = inside.filter(name => VERSION_PATTERN.test(name))
  const others = inside.filter(name => !versions.includes(name))
  if (versions.length === 0 && await hasCard(folder)) {
    return [
      { path: `${name}/${CARD}`, field: 'the layout of the repository', expected: LAYOUT, found: `${name}/${CARD}` },
    ]
  }
  if (NAME_PATTERN.test(name)) return others.map(other => ({ path: `${name}/${other}`, ...versionMismatch(other) }))
  const isVersion = await Promise.all(
    inside.map(async version => LOOSE_VERSION.test(version) || (await hasCard(join(folder, version))))
  )
  const wrongName = {
    field: 'the name of a model',
    expected: 'lower-case letters, digits and hyphens, at most 64',
    found: JSON.stringify(name),
  }
  return inside.filter((_, i) => isVersion[i]).map(version => ({ path: `${name}/${version}`, ...wrongName }))
}

/**
 * Finds what looks like a model or a version in a repository and is passed over because of its name or its place:
 * `MNIST/1`, `mnist/v2`, `mnist/002`. Names that begin with a dot are nobody's business: versions are written under
 * such names.
 * @param root folder of the repository; one that can't be read has nothing that is passed over
 */
export async function findPassedOver (root: string): Promise<PassedOver[]> {
  const found = await Promise.all((await foldersOf(root)).map(name => lookInto(root, name)))
  const atRoot = (await hasCard(root))
    ? [{ path: CARD, field: 'the layout of the repository', expected: LAYOUT, found: CARD }]
    : []
  return [...atRoot, ...found.flat()]
}
