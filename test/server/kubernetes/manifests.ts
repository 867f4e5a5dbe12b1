import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseYaml, type Yaml } from '../../docker/yaml.js'

export const FOLDER = fileURLToPath(new URL('../../../server/kubernetes/', import.meta.url))

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string, readonly labels?: Readonly<Record<string, string>> }
  // Its contents are checked by their types, and tests know where to look.
  readonly spec: any
}

export const readYaml = (file: string): Yaml => parseYaml(readFileSync(FOLDER + file, 'utf8'))
export const readManifest = (file: string): Manifest => readYaml(file) as unknown as Manifest

/** Lists the files of manifests, by their paths in server/kubernetes/. */
export function manifestFiles (): string[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  const others = ['kustomization.yaml', 'prometheus-adapter.yaml']
  return files.filter(file => file.endsWith('.yaml') && !others.includes(file)).sort()
}
