/**
 * `npm run structure [-- --root DIR]`: counts what makes code hard to find one's way in, here or in another checkout.
 *
 * Circles and climbs are those of rooms.js; in a checkout without it, the arrows between folders that lie in a circle.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { countDuplicateLines } from './duplicates.js'
import { findCircles, findClimbs, importsOf, PACKAGES, roomOf, sourcesUnder, type Import } from './imports.js'

const LONGEST_LINE = 120

const { values } = parseArgs({ options: { root: { type: 'string', default: '.' } } })
const root = resolve(values.root)
// The types of the API are generated: how long they are, and how alike, is not ours.
const sources = PACKAGES.flatMap(name => sourcesUnder(root, name)).filter(file => file !== 'client/openapi.ts')
const tests = sourcesUnder(root, 'test')
const imports = sources.flatMap(file => importsOf(root, file))
const byValue = imports.filter(({ isType }) => !isType)
const linesOf = (file: string) => readFileSync(join(root, file), 'utf8').split('\n')

function countLines (files: readonly string[]): string {
  const lines = files.flatMap(linesOf)
  const long = lines.filter(line => line.length > LONGEST_LINE).length
  const longest = Math.max(...lines.map(line => line.length))
  return `${files.length} files, ${lines.length} lines, ${long} of them over ${LONGEST_LINE} columns (longest ` +
    `${longest})`
}

/** Writes arrows between rooms of one package; loose files are a room of their own. */
function betweenRooms (arrows: readonly Import[]): Import[] {
  const name = (file: string) => Object.values(roomOf(file)).join('/')
  return arrows.map(({ from, to, isType }) => ({ from: name(from), to: name(to), isType }))
    .filter(({ from, to }) => from !== to && from.split('/')[0] === to.split('/')[0])
}

function countInCircles (arrows: readonly Import[]): string {
  const circles = findCircles(arrows)
  const inside = arrows.filter(({ from, to }) => circles.some(circle => circle.includes(from) && circle.includes(to)))
  return `${circles.flat().length} rooms in circles, with ${inside.length} imports between them`
}

async function countClimbs (): Promise<string> {
  const file = join(root, 'rooms.js')
  if (!existsSync(file)) return 'no order of rooms'
  const { ROOMS } = await import(pathToFileURL(file).href) as typeof import('../../rooms.js')
  return String(findClimbs(imports, ROOMS).length)
}

function mostConnected (): string {
  const degrees = new Map<string, number>()
  for (const { from, to } of imports) for (const file of [from, to]) degrees.set(file, (degrees.get(file) ?? 0) + 1)
  return [...degrees].sort((a, b) => b[1] - a[1]).slice(0, 10).map(([file, degree]) => `${file} ${degree}`).join(', ')
}

function countCallSites (name: string): number {
  const call = new RegExp(`(?<!function )\\b${name} ?\\(`)
  return sources.flatMap(linesOf).filter(line => call.test(line)).length
}

/** Asks knip, with the config of this checkout. */
function countUnused (): string {
  const program = resolve('node_modules/knip/bin/knip.js')
  const config = resolve('knip.json')
  const { stdout } = spawnSync(
    process.execPath,
    [program, '--directory', root, '--config', config, '--reporter', 'json'],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    }
  )
  if (!stdout.startsWith('{')) return 'not counted: knip did not run there'
  const { issues } = JSON.parse(stdout) as { issues: Array<{ exports?: unknown[], types?: unknown[] }> }
  return String(issues.reduce((sum, { exports = [], types = [] }) => sum + exports.length + types.length, 0))
}

const rows: ReadonlyArray<readonly [string, string]> = [
  ['sources', countLines(sources)],
  ['tests', countLines(tests)],
  ['files over 200 lines', String(sources.filter(file => linesOf(file).length > 200).length)],
  ['files under 25 lines', String(sources.filter(file => linesOf(file).length < 25).length)],
  ['circles of files', `${findCircles(byValue).length} by value, ${findCircles(imports).length} with types`],
  ['circles of rooms', `${countInCircles(betweenRooms(byValue))}; with types ${countInCircles(betweenRooms(imports))}`],
  ['imports that climb', await countClimbs()],
  ['most connected', mostConnected()],
  ['createNetwork calls', String(countCallSites('createNetwork'))],
  ['unused exports', countUnused()],
  ['duplicate lines', `${countDuplicateLines(root, sources)} in sources, ${countDuplicateLines(root, tests)} in tests`],
]
for (const [name, value] of rows) console.log(`${name.padEnd(22)}${value}`)
