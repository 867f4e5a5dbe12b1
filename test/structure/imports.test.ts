import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { findCircles, findClimbs, importsOf, sourcesUnder } from './imports.js'

const FILES = {
  'models/index.ts': "export * from './format/card.js'\n",
  'models/format/card.ts': "import type { Rule } from '../image/rule.js'\nexport const rule: Rule = 1\n",
  'models/image/rule.ts':
    "import { rule, type Rule as Other } from '../format/card.js'\nexport type Rule = Other | typeof rule\n",
  'models/image/alone.ts': 'export const none = 0\n',
  'models/dist/index.ts': 'a build',
  'models/image/alone.d.ts': 'a declaration',
}

function layOut (t: Test): string {
  const root = t.testdir()
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(join(root, dirname(file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  return root
}

t.test('sources are told from builds and declarations', async t => {
  const found = sourcesUnder(layOut(t), 'models')
  t.strictSame(found, ['models/format/card.ts', 'models/image/alone.ts', 'models/image/rule.ts', 'models/index.ts'])
})

t.test('imports by value and by type, circles, and climbs', async t => {
  const root = layOut(t)
  const imports = sourcesUnder(root, 'models').flatMap(file => importsOf(root, file))
  t.strictSame(imports, [
    { from: 'models/format/card.ts', to: 'models/image/rule.ts', isType: true },
    { from: 'models/image/rule.ts', to: 'models/format/card.ts', isType: false },
    { from: 'models/index.ts', to: 'models/format/card.ts', isType: false },
  ])
  t.strictSame(findCircles(imports), [['models/format/card.ts', 'models/image/rule.ts']], 'with types')
  t.strictSame(findCircles(imports.filter(({ isType }) => !isType)), [], 'by value')
  t.strictSame(findClimbs(imports, { models: ['format', 'image'] }).map(({ from }) => from), ['models/format/card.ts'])
  t.strictSame(findClimbs(imports, { models: ['image', 'format'] }).map(({ from }) => from), ['models/image/rule.ts'])
})

t.test('circles of three, and two that do not touch', async t => {
  const arrows = ['ab', 'bc', 'ca', 'cd', 'de', 'ed', 'ef'].map(([from, to]) => ({ from: from!, to: to! }))
  t.strictSame(findCircles(arrows).sort(), [['a', 'b', 'c'], ['d', 'e']])
})
