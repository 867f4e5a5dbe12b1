import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openRepository } from '@partition-vae/models'
import { invalid } from '../../config/invalid.js'
import type { CliContext } from '../context.js'
import { readReference } from './models.js'
import { chosenDirectories } from '../output-directories.js'
import { displayPath } from '../terminal/display-path.js'
import { quote } from '../terminal/shell-commands.js'
import type { UnpublishFlags } from '../commands/unpublish.js'

const VERSION_FIELD = 'the version to remove'

export async function unpublish (
  text: string,
  { force = false, ...flags }: UnpublishFlags,
  { directory, stdout }: CliContext
): Promise<void> {
  const { name, version } = readReference(VERSION_FIELD, text)
  const repository = openRepository(chosenDirectories(directory, flags).repository)
  const versions = (await repository.list()).find(model => model.name === name)?.versions ?? []
  if (version === undefined && versions.length > 1) {
    throw invalid(VERSION_FIELD, `${name}@VERSION, of ${versions.join(', ')},`, JSON.stringify(text))
  }
  // What is not there is for the repository to refuse.
  const chosen = version ?? versions[0] ?? 1
  if (versions.length === 1 && versions[0] === chosen && !force) {
    throw invalid(VERSION_FIELD, 'one of several, or --force', `the only version of ${name}`)
  }
  const folder = join(repository.root, name, String(chosen))
  const restored = await isTracked(folder)
  const left = await repository.unpublish(name, chosen)
  const next =
    left.length === 0 ? `no version of ${name} is left` : `${name}@${left.at(-1)!} is the highest version of ${name}`
  stdout.write(`removed  ${displayPath(directory, folder)}\n`)
  stdout.write(
    `next     ${next}; a service that runs keeps ${name}@${chosen} until it looks again: on SIGHUP, by itself with ` +
      'PVAE_WATCH, or when it starts\n'
  )
  if (restored) {
    stdout.write(`undo     it comes with the project: git restore ${quote(displayPath(directory, folder))}\n`)
  }
}

/** Tells whether git can bring a version back. False where there is no git. */
async function isTracked (folder: string): Promise<boolean> {
  return await promisify(execFile)('git', ['ls-files', '--error-unmatch', 'model.json'], { cwd: folder }).then(
    () => true,
    () => false
  )
}
