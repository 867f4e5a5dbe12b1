import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Finds the explorer's built files, `explorer/dist/` beside the TypeScript and above what is built into `dist/`.
 * @returns absolute; undefined where it has not been built
 */
export function findExplorer (): string | undefined {
  const folder = ['../explorer/dist/', '../../explorer/dist/']
    .map(path => new URL(path, import.meta.url))
    .find(url => existsSync(new URL('index.html', url)))
  return folder && fileURLToPath(folder)
}
