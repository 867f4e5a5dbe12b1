import { existsSync, readFileSync } from 'node:fs'

/**
 * Reads the version of this package. Its package.json lies beside the TypeScript, and above what is built into `dist/`.
 */
export function readVersion (): string {
  const file = ['../package.json', '../../package.json']
    .map(path => new URL(path, import.meta.url))
    .find(url => existsSync(url))
  if (file === undefined) throw new Error('expected package.json beside the service\'s code or one folder above it')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
