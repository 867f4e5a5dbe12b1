import { execFileSync } from 'node:child_process'
import { chmod, link, mkdir, rm, rmdir, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { listFiles } from '../../../../trainer/data/folder/list.js'

const fan = fileURLToPath(new URL('../../../fixtures/data/fan4.tgz', import.meta.url))

t.test('all files below, sorted by code units, with slashes; names with a dot and the excluded folder are left ' +
  'out', async t => {
  const dir = t.testdir({
    b: { z: '', a: '12', '.dot': '' },
    B: '',
    a: { deep: { er: '' } },
    ä: '',
    'a.png': '',
    '.git': { config: '' },
    cache: { x: '' },
  })
  const { files, skipped } = await listFiles(dir, { excluded: join(dir, 'cache') })
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

t.test('a subfolder that can not be read is ' +
  'skipped', { skip: process.getuid?.() === 0 ? 'root reads everything' : false }, async t => {
  const dir = t.testdir({ a: '' })
  await mkdir(join(dir, 'secret'))
  await chmod(join(dir, 'secret'), 0)
  const { files, skipped } = await listFiles(dir)
  t.equal(files.length, 1)
  t.match(skipped, [{ path: 'secret', reason: /EACCES/ }])
})

t.test('a folder that is none', async t => {
  await t.rejects(listFiles(join(t.testdir({ file: '' }), 'file')), {
    code: 'PVAE_DATA_NOT_FOUND',
    message: /^expected a folder for data\.directory but found a file: .*file$/,
  })
  await t.rejects(listFiles(join(t.testdir(), 'missing')), {
    code: 'PVAE_DATA_NOT_FOUND',
    message: /^no such file or folder: .*missing \(data\.directory\)$/,
  })
})

t.test('folders that link to each other are visited once each', async t => {
  const dir = t.testdir()
  execFileSync('tar', ['xzf', fan, '-C', dir])
  const { files, skipped } = await listFiles(join(dir, 'fan4'))
  t.equal(files.length, 16)
  t.equal(new Set(files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1))).size, 16, 'sixteen pictures')
  t.ok(skipped.length > 0)
  for (const { reason } of skipped) t.match(reason, /^a link to d\d(\/.*)?, which is there already$/)
})

t.test('what lies in the folder keeps its name, whatever links to it; of links the first in order', async t => {
  const dir = t.testdir({ data: { z: { 'real.png': 'r' }, a: {} }, out: { 'o.png': 'o', deep: { 'p.png': 'p' } } })
  const data = join(dir, 'data')
  await symlink(join(data, 'z'), join(data, 'a-to-z'))
  await symlink(join(data, 'z', 'real.png'), join(data, 'a.png'))
  await symlink(join(dir, 'out'), join(data, 'm1'))
  await symlink(join(dir, 'out', 'deep'), join(data, 'm2'))
  await symlink(join(dir, 'out', 'o.png'), join(data, 'm3.png'))
  await symlink(join(dir, 'out', 'o.png'), join(data, 'm0.png'))
  const { files, skipped } = await listFiles(data)
  t.strictSame(files.map(({ path }) => path), ['m0.png', 'm1/deep/p.png', 'z/real.png'])
  t.strictSame(skipped, [
    { path: 'a-to-z', reason: 'a link to z, which is there already' },
    { path: 'a.png', reason: 'a link to z/real.png, which is there already' },
    { path: 'm1/o.png', reason: 'the same file as m0.png' },
    { path: 'm2', reason: 'a link to m1/deep, which is there already' },
    { path: 'm3.png', reason: 'a link to m0.png, which is there already' },
  ])
})

t.test('a second name of the same file (hard link) is skipped too: it would be on both sides of a split', async t => {
  const dir = t.testdir({ cat: { 'a.png': 'x' }, dog: {} })
  await link(join(dir, 'cat', 'a.png'), join(dir, 'dog', 'b.png'))
  const { files, skipped } = await listFiles(dir)
  t.strictSame(files.map(({ path }) => path), ['cat/a.png'])
  t.strictSame(skipped, [{ path: 'dog/b.png', reason: 'the same file as cat/a.png' }])
})

t.test('names that are not UTF-8 are skipped and named, files and ' +
  'folders', { skip: process.platform !== 'linux' && 'names are Unicode here' }, async t => {
  const dir = t.testdir({ 'a.png': '' })
  const named = (bytes: string) => Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(bytes, 'latin1')])
  await writeFile(named('caf\xe9.png'), '')
  await mkdir(named('\xfcber'))
  const { files, skipped } = await listFiles(dir)
  t.strictSame(files.map(({ path }) => path), ['a.png'])
  t.strictSame(skipped, [
    { path: '\\xFCber', reason: 'its name is not UTF-8: rename it' },
    { path: 'caf\\xE9.png', reason: 'its name is not UTF-8: rename it' },
  ])
  // Fixtures are removed by name.
  await rm(named('caf\xe9.png'))
  await rmdir(named('\xfcber'))
})

t.test('sizes and times are those of the file', async t => {
  const dir = t.testdir({ a: 'xyz' })
  await utimes(join(dir, 'a'), 1700000000.123, 1700000000.123)
  const { size, mtimeMs, mode } = await stat(join(dir, 'a'))
  t.strictSame((await listFiles(dir)).files, [{ path: 'a', bytes: size, modifiedMs: mtimeMs, mode }])
})

t.test('a signal stops the walk', async t => {
  const dir = t.testdir({ a: { b: '' } })
  const controller = new AbortController()
  controller.abort(new Error('enough'))
  await t.rejects(listFiles(dir, { signal: controller.signal }), { message: 'enough' })
})
