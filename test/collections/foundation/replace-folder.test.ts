import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { replaceFolder } from '../../../collections/foundation/replace-folder.js'

/** Makes `fresh` and `out`, each with a file that says which it is. */
async function prepare () {
  const root = await mkdtemp(join(tmpdir(), 'pvae-'))
  t.teardown(() => rm(root, { recursive: true, force: true }))
  const [fresh, out, aside] = ['fresh', 'out', 'aside'].map(name => join(root, name)) as [string, string, string]
  for (const [path, text] of [[fresh, 'new'], [out, 'old']] as const) {
    await mkdir(path)
    await writeFile(join(path, 'file'), text)
  }
  return { root, fresh, out, aside }
}

t.test('the new folder has the name, and nothing is left of the old one', async t => {
  const { root, fresh, out, aside } = await prepare()
  await replaceFolder(fresh, out, aside)
  t.equal(await readFile(join(out, 'file'), 'utf8'), 'new')
  t.strictSame(await readdir(root), ['out'])
})

t.test('where none was there', async t => {
  const { root, fresh, out, aside } = await prepare()
  await rm(out, { recursive: true })
  await replaceFolder(fresh, out, aside)
  t.strictSame(await readdir(root), ['out'])
})

t.test('on failure the old folder keeps its name', async t => {
  const { root, fresh, out, aside } = await prepare()
  await rm(fresh, { recursive: true })
  await t.rejects(replaceFolder(fresh, out, aside), { code: 'ENOENT' })
  t.equal(await readFile(join(out, 'file'), 'utf8'), 'old')
  t.strictSame(await readdir(root), ['out'])
})
