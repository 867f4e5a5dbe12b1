import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The files that the explorer imports from client/, by the names that its package.json exports. */
const CLIENT_EXPORTS: Readonly<Record<string, string>> = {
  '@partition-vae/client': 'client/index.ts',
  '@partition-vae/client/node': 'client/node.ts',
}

/** The files that packages import from models/, by the names that its package.json exports. */
export const MODELS_EXPORTS: Readonly<Record<string, string>> = {
  '@partition-vae/models': 'models/index.ts',
  '@partition-vae/models/image': 'models/image/index.ts',
  '@partition-vae/models/portable': 'models/portable.ts',
  '@partition-vae/models/typebox': 'models/foundation/typebox.ts',
  '@partition-vae/models/onnx-protobuf': 'models/foundation/onnx-protobuf.ts',
}

/** The files that packages import from collections/, by the names that its package.json exports. */
export const COLLECTIONS_EXPORTS: Readonly<Record<string, string>> = {
  '@partition-vae/collections/capacity': 'collections/foundation/capacity.ts',
  '@partition-vae/collections/encode': 'collections/encode/index.ts',
  '@partition-vae/collections/queue': 'collections/work/queue/index.ts',
  '@partition-vae/collections/rows': 'collections/rows/index.ts',
  '@partition-vae/collections/runtime': 'collections/runtime/index.ts',
  '@partition-vae/collections/postgres': 'collections/search/postgres.ts',
  '@partition-vae/collections/search': 'collections/search/index.ts',
  '@partition-vae/collections/work': 'collections/work/index.ts',
}

/**
 * Finds the source file that an import stands for, if it is one of ours.
 * @param from the importing file, by its path from the root
 */
export function resolveImport (from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) {
    return MODELS_EXPORTS[specifier] ?? COLLECTIONS_EXPORTS[specifier] ?? CLIENT_EXPORTS[specifier]
  }
  const file = join(dirname(from), specifier.replace(/\.js$/, '.ts'))
  return existsSync(join(ROOT, `${file}x`)) ? `${file}x` : file
}
