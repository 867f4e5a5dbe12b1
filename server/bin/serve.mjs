/** `npm start`, from its sources as they are now. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from '../../bin/build.mjs'

/** Makes the page at `/` anew where it is missing or older than its sources, if what makes it is installed. */
function buildExplorer () {
  const folder = fileURLToPath(new URL('../explorer/', import.meta.url))
  const page = join(folder, 'dist', 'index.html')
  const built = existsSync(page) ? statSync(page).mtimeMs : 0
  const sources = readdirSync(folder, { recursive: true }).filter(path => !/^dist\b/.test(path))
  if (sources.every(path => statSync(join(folder, path)).mtimeMs <= built)) return
  const vite = findVite()
  if (vite === undefined) return
  const { status } = spawnSync(process.execPath, [vite, 'build', folder], { stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(1)
}

function findVite () {
  try {
    return createRequire(import.meta.url).resolve('vite/package.json').replace(/package\.json$/, 'bin/vite.js')
  } catch {
    return undefined
  }
}

const program = new URL('../dist/main.js', import.meta.url)
await build(program)
buildExplorer()
await import(program.href)
