import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { compileTests } from './compile.js'

t.test('tests become JavaScript that finds the built sources, and themselves', async t => {
  const root = t.testdir({
    'package.json': '{"type": "module"}',
    models: { dist: { 'card.js': 'export const card = "built"' } },
    test: {
      'a.test.ts':
        'import { card } from "../models/card.js"\nexport const found: string = card\nexport const here: string = ' +
        'import.meta' +
        '.url\n',
      rooms: { 'b.ts': 'export type Nothing = never\n', 'note.md': 'no test' },
    },
  })
  const [a, b, ...others] = compileTests(root)
  t.strictSame(
    [a, b, ...others],
    [join(root, '.cache/tests/test/a.test.js'), join(root, '.cache/tests/test/rooms/b.js')]
  )
  t.strictSame(
    { ...(await import(pathToFileURL(a!).href)) },
    { found: 'built', here: pathToFileURL(join(root, 'test/a.test.ts')).href }
  )
  t.equal(readFileSync(a!, 'utf8').split('\n')[1], 'export const found         = card', 'lines and columns are kept')

  // Only what is newer than its JavaScript is written again; what lost its source goes.
  const old = new Date(Date.now() - 60_000)
  writeFileSync(a!, 'kept')
  writeFileSync(join(root, 'test/rooms/b.ts'), 'export const b = 1\n')
  utimesSync(b!, old, old)
  compileTests(root)
  t.equal(readFileSync(a!, 'utf8'), 'kept')
  t.equal(readFileSync(b!, 'utf8'), 'export const b = 1\n')
  rmSync(join(root, 'test/rooms/b.ts'))
  mkdirSync(join(root, 'server'))
  t.strictSame(compileTests(root), [a])
  t.throws(() => statSync(b!), { code: 'ENOENT' })
})
