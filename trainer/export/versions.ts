import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Manifest {
  readonly name?: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/**
 * Lists what a result depends on beside config, seed and data: this package, Node, the platform, and the installed
 * version of each dependency.
 */
export function packageVersions (): Record<string, string> {
  const { directory, manifest: { version, dependencies } } = ownManifest()
  const installed = Object.keys(dependencies ?? {}).map(name => [name, installedVersion(directory, name)])
  return {
    'partition-vae': version,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    ...Object.fromEntries(installed) as Record<string, string>,
  }
}

/** The nearest package.json above this file: one folder up in the sources, two in dist/. */
function ownManifest (): { directory: string, manifest: Manifest } {
  let directory = dirname(fileURLToPath(import.meta.url))
  let manifest = readManifest(directory)
  while (manifest === undefined) {
    directory = dirname(directory)
    manifest = readManifest(directory)
  }
  return { directory, manifest }
}

/** As Node resolves it: the nearest node_modules that has the package. Packages need not export their package.json. */
function installedVersion (from: string, name: string): string {
  for (let directory = from; ; directory = dirname(directory)) {
    const manifest = readManifest(join(directory, 'node_modules', name))
    if (manifest !== undefined) return manifest.version
    if (dirname(directory) === directory) return 'not installed'
  }
}

function readManifest (directory: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest
  } catch {
    return undefined
  }
}
