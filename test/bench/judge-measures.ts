/** `npm run bench:judge-measures`: our measures of disentanglement and classification judged by other libraries. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measureOurs } from './judge/measures.js'
import { readOptions } from './options.js'
import { findPeer } from './python.js'
import { printHeader, printRow } from './table.js'

const options = readOptions({
  name: 'bench:judge-measures',
  about: `Our measures of disentanglement and classification against scikit-learn, SciPy and NumPy on the same random
data. Ends with 1 where they differ by more than they may.`,
  options: {
    rows: { help: 'of random data', default: 3000, smoke: 600 },
  },
})
const python = findPeer('scikit-learn', ['numpy', 'scipy', 'scikit-learn'], options)
const measured = await measureOurs(options.rows)
if (python === undefined) {
  printHeader(['measure', 'ours'])
  for (const [name, value] of Object.entries(measured.ours)) printRow([name, value.toFixed(6)])
} else {
  const folder = mkdtempSync(join(tmpdir(), 'judge-measures-'))
  try {
    const file = join(folder, 'measures.json')
    writeFileSync(file, JSON.stringify(measured))
    const judge = fileURLToPath(new URL('judge-measures.py', import.meta.url))
    process.exitCode = spawnSync(python, [judge, file], { stdio: 'inherit' }).status ?? 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}
