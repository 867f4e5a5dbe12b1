/** A scratch Python environment for the peers and judges of the benchmarks. The product never needs it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What is imported under another name than it is installed. */
const MODULE_NAMES: Readonly<Record<string, string>> = { pillow: 'PIL', 'python-multipart': 'python_multipart', 'scikit-learn': 'sklearn' }

/** Path of a Python that has `packages`, made on first use under the system's temporary folder; or why there is none. */
export function preparePython (packages: readonly string[]): { python: string } | { missing: string } {
  if (spawnSync('python3', ['--version']).status !== 0) return { missing: 'python3 is not installed' }
  const folder = process.env.BENCH_PYTHON_ENV ?? join(tmpdir(), 'partition-vae-bench-python')
  const python = join(folder, 'bin', 'python')
  try {
    if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder])
    const modules = packages.map(name => name.replace(/[=+].*/, '')).map(name => MODULE_NAMES[name] ?? name)
    const present = spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0
    if (!present) {
      console.log(`installing ${packages.join(', ')} into ${folder}`)
      execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--retries', '0', ...packages], { stdio: ['ignore', 'ignore', 'pipe'] })
    }
    return { python }
  } catch (error) {
    return { missing: `${packages.join(', ')} can't be installed (${(error as Error).message.split('\n')[0]})` }
  }
}
