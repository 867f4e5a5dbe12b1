/** What the explorer loads before anything is seen: it must come over a slow line too. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import t from 'tap'

const LIMIT = 60_000
const dist = new URL('../../../server/explorer/dist/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, dist), 'utf8')

/** Follows imports that are not made later: those come with the page. */
function scriptsOf (entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found
  found.add(entry)
  for (const [, , path] of read(entry).matchAll(/(?:from|import)\s*(["'])(\.\/[^"']+\.js)\1/g)) {
    scriptsOf(`explorer/${path!.slice(2)}`, found)
  }
  return found
}

t.test('the JavaScript that comes first stays small, and what is heavy comes later', async t => {
  const page = read('index.html')
  const named = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, path]) => path!)
  t.ok(named.length > 0, 'the page names its script')
  const scripts = new Set(named.flatMap(path => [...scriptsOf(path)]))
  const bytes = [...scripts].reduce((sum, path) => sum + gzipSync(read(path), { level: 9 }).length, 0)
  t.ok(bytes <= LIMIT, `${bytes} bytes compressed`)
  t.notOk([...scripts].some(path => path.includes('map-')), 'the map is loaded when it is first shown')
})
