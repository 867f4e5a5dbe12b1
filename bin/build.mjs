/** Brings dist/ up to date, so that a command works in a checkout that was only installed, or that has changed. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const WORKSPACES = ['models', 'collections', 'trainer', 'server', 'client']
/** What lies in a workspace and is no source. */
const NO_SOURCES = /^(?:explorer\/)?(?:dist|repository|node_modules)\b|\.tsbuildinfo$/
/** What was compiled last. Among what it tells of, so that it goes with it. */
const MARK = join(root, 'models', 'dist', 'compiled')

/**
 * Compiles what is missing or older than its sources. Where nothing has changed since it was last done it looks at no
 * more than sizes and times: the compiler's own look takes a second. What the compiler says goes to stderr: a command's
 * stdout may be a file. Ends the process where that fails.
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
  const mark = existsSync(MARK) ? readFileSync(MARK, 'utf8') : undefined
  if (existsSync(program) && mark === fingerprint()) return
  if (!existsSync(program)) console.error('compiling, which takes about a minute the first time')
  else if (mark !== undefined) console.error('compiling what has changed')
  const { status } = spawnSync(process.execPath, [compiler, '-b', ...WORKSPACES], {
    cwd: root, stdio: ['ignore', 2, 2],
  })
  if (status !== 0) process.exit(1)
  await import('../models/bundle.mjs')
  markCompiled()
}

/** Notes that what is compiled is that of the sources as they are now. */
export function markCompiled () {
  mkdirSync(join(MARK, '..'), { recursive: true })
  writeFileSync(`${MARK}.${process.pid}`, fingerprint())
  renameSync(`${MARK}.${process.pid}`, MARK)
}

/** Of the names, sizes and times of all that the compiler reads, and of what there is of each workspace. */
function fingerprint () {
  const sources = WORKSPACES.flatMap(workspace =>
    readdirSync(join(root, workspace), { recursive: true, encoding: 'utf8' })
      .filter(path => /\.(?:ts|tsx|json)$/.test(path) && !NO_SOURCES.test(path))
      .map(path => join(workspace, path)))
  const lines = [...sources.sort(), 'tsconfig.base.json', 'package-lock.json'].map(path => {
    const { size, mtimeMs } = statSync(join(root, path))
    return `${path} ${size} ${mtimeMs}`
  })
  const built = WORKSPACES.filter(workspace => existsSync(join(root, workspace, 'dist')))
  return createHash('sha256').update([...lines, ...built].join('\n')).digest('hex')
}

function findCompiler () {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc')
  } catch {
    return undefined
  }
}

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
  console.error('building the explorer, which takes some seconds')
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
