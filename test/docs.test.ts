/** The pages for developers stay true: what they name is there, and the map has every room. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

// By its address: the tests run as JavaScript, beside which there are only builds.
const { ROOMS } = await import(new URL('../rooms.js', import.meta.url).href) as typeof import('../rooms.js')
const root = fileURLToPath(new URL('..', import.meta.url))
const read = (page: string) => readFileSync(join(root, page), 'utf8')

const roomReadmes = Object.entries(ROOMS)
  .flatMap(([name, rooms]) => rooms.map(room => `${name}/${room}/README.md`))
  .filter(page => existsSync(join(root, page)))
const pages = ['CONTRIBUTING.md', 'SECURITY.md', 'docs/architecture.md', 'docs/model-repository.md', ...roomReadmes]

const topLevel = readdirSync(root)
const PATH = /^[\w.-]+(?:\/[\w.-]+)*\/?$/
const FILE = /^[\w./-]+\.(?:ts|js|mjs|json|md|csv|yml)$/
/** Written at run time, or named in general. */
const MADE = ['model.json', 'golden.json', 'metrics.json', 'factors.csv', 'analysis.json', 'index.ts']

/** Gives the code spans of a page that name something in the repository; fenced blocks are commands and drawings. */
function pathsIn (text: string): string[] {
  const spans = [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!)
  return spans.filter(span => PATH.test(span) && !MADE.includes(span) &&
    (FILE.test(span) || (span.includes('/') && topLevel.includes(span.split('/')[0]!))))
}

for (const page of pages) {
  t.test(`${page} names only what is there`, async t => {
    const paths = pathsIn(read(page))
    t.not(paths.length, 0, 'the page names files')
    const places = [root, join(root, dirname(page))]
    const missing = paths.filter(path => !places.some(place => existsSync(join(place, path))))
    t.strictSame(missing, [], 'every path exists')
  })
}

t.test('links between the pages lead somewhere', async t => {
  const missing = pages.flatMap(page => [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
    .filter(([, target]) => !existsSync(join(root, dirname(page), target!)))
    .map(([, target]) => `${page}: ${target}`))
  t.strictSame(missing, [])
})

t.test('the drawing has every room, from the top down', async t => {
  const drawing = /^```text\n([\s\S]*?)^```/m.exec(read('docs/architecture.md'))?.[1] ?? ''
  for (const [name, rooms] of Object.entries(ROOMS)) {
    const part = drawing.split(/^(?=\w+\/$)/m).find(text => text.startsWith(`${name}/\n`)) ?? ''
    const drawn = [...part.matchAll(/^ {2}([\w-]+) /gm)].map(([, room]) => room!)
    t.strictSame(drawn, rooms.toReversed(), `the rooms of ${name}`)
  }
})
