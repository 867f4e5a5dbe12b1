import { execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { listFiles } from '../../../../trainer/data/folder/list.js'

t.test('all files below, sorted by code units, with slashes; names with a dot and the excluded folder are left out', async t => {
  const dir = t.testdir({ b: { z: '', a: '12', '.dot': '' }, B: '', a: { deep: { er: '' } }, ä: '', 'a.png': '', '.git': { config: '' }, cache: { x: '' } })
  const { files, skipped } = await listFiles(dir, join(dir, 'cache'))
  t.strictSame(files.map(file => file.path), ['B', 'a.png', 'a/deep/er', 'b/a', 'b/z', 'ä'])
  t.match(files[3], { bytes: 2, modifiedMs: Number, mode: Number })
  t.strictSame(skipped, [])
})

t.test('a folder of many files', async t => {
  const dir = t.testdir()
  for (let i = 0; i < 200; i++) await writeFile(join(dir, `${i}`), '')
  t.equal((await listFiles(dir)).files.length, 200)
})

t.test('what is neither a file nor a folder is skipped, unopened', async t => {
  const dir = t.testdir({ a: '' })
  execFileSync('mkfifo', [join(dir, 'pipe')])
  const { files, skipped } = await listFiles(dir)
  t.equal(files.length, 1)
  t.strictSame(skipped, [{ path: 'pipe', reason: 'neither a file nor a folder' }])
})

t.test('a subfolder that can not be read is skipped', { skip: process.getuid?.() === 0 ? 'root reads everything' : false }, async t => {
  const dir = t.testdir({ a: '' })
  await mkdir(join(dir, 'secret'))
  await chmod(join(dir, 'secret'), 0)
  const { files, skipped } = await listFiles(dir)
  t.equal(files.length, 1)
  t.match(skipped, [{ path: 'secret', reason: /EACCES/ }])
})

t.test('a folder that is none', async t => {
  await t.rejects(listFiles(join(t.testdir(), 'missing')), { code: 'PVAE_DATA_NOT_FOUND', message: /expected a readable folder for data.directory but found ENOENT/ })
})
