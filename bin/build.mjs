/** Brings dist/ up to date, so that a command works in a checkout that was only installed, or that has changed. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Compiles what is missing or older than its sources. What the compiler says goes to stderr: a command's stdout may be
 * a file. Ends the process where that fails.
 * @param {URL} program what is to be run. Where there is no compiler, as in an installation without development
 * packages, it must be there already.
 */
export async function build (program) {
  const compiler = findCompiler()
  if (compiler === undefined) {
    if (existsSync(program)) return
    const expected = `expected ${fileURLToPath(program)}, which \`npm run build\` writes after \`npm ci\`,`
    console.error(`${expected} but found nothing`)
    process.exit(1)
  }
  if (!existsSync(program)) console.error('compiling, which takes about a minute the first time')
  const workspaces = ['models', 'collections', 'trainer', 'server', 'client']
  const { status } = spawnSync(process.execPath, [compiler, '-b', ...workspaces], {
    cwd: root, stdio: ['ignore', 2, 2],
  })
  if (status !== 0) process.exit(1)
  await import('../models/bundle.mjs')
}

function findCompiler () {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc')
  } catch {
    return undefined
  }
}

/** What lies in a workspace and is not a source of the page. */
const NO_SOURCES = /^(dist|repository|node_modules)\b|\.tsbuildinfo$/

/**
 * Makes the explorer's page anew where it is missing or older than its sources, if what makes it is installed.
 * @param {URL} out the folder that Vite writes it to
 * @param {'production' | 'static'} mode served by the service, or put beside a model
 */
export function buildExplorer (out, mode) {
  const folder = join(root, 'server', 'explorer')
  // The page has the client and some of the models' code in it.
  const sources = ['server/explorer', 'client', 'models'].flatMap(workspace =>
    readdirSync(join(root, workspace), { recursive: true }).filter(path => !NO_SOURCES.test(path))
      .map(path => join(root, workspace, path)))
  const page = new URL('index.html', out)
  const built = existsSync(page) ? statSync(page).mtimeMs : 0
  if (sources.every(path => statSync(path).mtimeMs <= built)) return
  const vite = findVite()
  if (vite === undefined) return
  const { status } = spawnSync(process.execPath, [vite, 'build', folder, '--mode', mode], { stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(1)
}

function findVite () {
  try {
    return createRequire(import.meta.url).resolve('vite/package.json').replace(/package\.json$/, 'bin/vite.js')
  } catch {
    return undefined
  }
}
