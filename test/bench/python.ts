/** A scratch Python environment for the peers and judges of the benchmarks. The product never needs it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const PYTORCH = ['torch==2.13.0+cpu', 'numpy'] as const

/** Of the peer that serves. */
export const SERVING = [
  'fastapi', 'uvicorn', 'httptools', 'uvloop', 'python-multipart', 'pillow', 'numpy', 'onnxruntime',
] as const

/** Names of modules where they are not those of their packages. */
const MODULE_NAMES: Readonly<Record<string, string>> = {
  pillow: 'PIL',
  'python-multipart': 'python_multipart',
  'scikit-learn': 'sklearn',
  'faiss-cpu': 'faiss',
}

export interface PeerOptions {
  /** Then nothing is installed: what is not there yet is skipped. */
  readonly smoke: boolean
}

/**
 * The path of a Python that has `packages`, for the peer of that name; says why, and is undefined, where there is
 * none.
 */
export function findPeer (name: string, packages: readonly string[], { smoke }: PeerOptions): string | undefined {
  const found = preparePython(packages, !smoke)
  if ('python' in found) return found.python
  console.log(`${name} is skipped: ${found.missing}`)
  return undefined
}

/** An environment made on first use: BENCH_PYTHON_ENV names its folder, else it lies among the temporary files. */
function preparePython (packages: readonly string[], mayInstall: boolean): { python: string } | { missing: string } {
  const folder = process.env.BENCH_PYTHON_ENV ?? join(tmpdir(), 'partition-vae-bench-python')
  const python = join(folder, 'bin', 'python')
  const modules = packages.map(name => name.replace(/[=+].*/, '')).map(name => MODULE_NAMES[name] ?? name)
  const isPresent = () => existsSync(python) && spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0
  if (isPresent()) return { python }
  if (!mayInstall) return { missing: `no Python with ${packages.join(', ')}, and a smoke run installs nothing` }
  if (spawnSync('python3', ['--version']).status !== 0) return { missing: 'python3 is not installed' }
  try {
    if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder])
    console.log(`installing ${packages.join(', ')} into ${folder}`)
    const install = ['-m', 'pip', 'install', '--quiet', '--retries', '0', ...packages]
    execFileSync(python, install, { stdio: ['ignore', 'ignore', 'pipe'] })
    return { python }
  } catch (error) {
    return { missing: `${packages.join(', ')} can't be installed (${(error as Error).message.split('\n')[0]})` }
  }
}
