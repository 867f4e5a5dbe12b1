import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { createFingerprints } from './changes.js'

const OWN_URL = ['import', 'meta', 'url'].join('.')
const SOURCES = {
  'models/index.ts': 'export { card } from "./card.js"\n',
  'models/card.ts': 'export const card = 1\n',
  'trainer/adam.ts': 'import { card } from "@partition-vae/models"\nexport const adam = card\n',
  'server/main.ts': 'console.log("serves")\n',
  'test/adam.test.ts': 'import { adam } from "../trainer/adam.js"\nawait import("./late.js")\n',
  'test/late.ts': 'export const late = 1\n',
  'test/serve.test.ts': `import { serve } from "./serve.js"\nserve(${OWN_URL})\n`,
  'test/serve.ts': 'import { spawn } from "node:child_process"\nexport const serve = spawn\n',
}

/** A project outside of this one, so that git finds only what it is given. */
async function project (t: Test): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'pvae-changes-'))
  t.teardown(() => rmSync(root, { recursive: true, force: true }))
  for (const [file, text] of Object.entries(SOURCES)) {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await writeFile(join(root, file), text)
  }
  return root
}

t.test('a test depends on what it imports, also later and by the name of a package, and on nothing else', async t => {
  const root = await project(t)
  const before = createFingerprints(root)('test/adam.test.ts')
  t.match(before, /^[0-9a-f]{64}$/)
  t.equal(createFingerprints(root)('test/adam.test.ts'), before, 'the same twice')
  writeFileSync(join(root, 'server/main.ts'), 'console.log("serves more")\n')
  t.equal(createFingerprints(root)('test/adam.test.ts'), before, 'what it does not import')
  for (const file of ['models/card.ts', 'test/late.ts', 'test/adam.test.ts', 'package.json']) {
    const now = createFingerprints(root)('test/adam.test.ts')
    writeFileSync(join(root, file), '// other\n')
    t.not(createFingerprints(root)('test/adam.test.ts'), now, file)
  }
})

t.test('one that starts processes or reaches files by path depends on all that git knows or would add', async t => {
  const root = await project(t)
  t.equal(createFingerprints(root)('test/serve.test.ts'), null, 'unknown where there is no git')
  t.equal(spawnSync('git', ['init', '--quiet'], { cwd: root }).status, 0)
  const before = createFingerprints(root)('test/serve.test.ts')
  t.match(before, /^[0-9a-f]{64}$/)
  t.equal(createFingerprints(root)('test/serve.test.ts'), before, 'the same twice')
  writeFileSync(join(root, 'server/main.ts'), 'console.log("serves more")\n')
  t.not(createFingerprints(root)('test/serve.test.ts'), before, 'another file')
})
