import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { listReport } from '@partition-vae/models'

t.test('files by path, folders too, links not', async t => {
  const report = { 'index.html': '<p>', figures: { 'b.png': 'xyz', 'a.png': '' } }
  const version = t.testdir({ report, secret: 's' })
  await symlink(join(version, 'secret'), join(version, 'report', 'link.txt'))
  await mkdir(join(version, 'outside'))
  await writeFile(join(version, 'outside', 'x'), '')
  await symlink(join(version, 'outside'), join(version, 'report', 'more'))
  const files = await listReport(version)
  t.strictSame(files.map(({ path, bytes }) => [path, bytes]), [
    ['figures/a.png', 0],
    ['figures/b.png', 3],
    ['index.html', 3],
  ])
  t.equal(files[0]!.location, join(version, 'report', 'figures', 'a.png'))
  t.ok(files.every(({ modified }) => modified > 0))
})

t.test('none where there is no report', async t => {
  t.strictSame(await listReport(t.testdir()), [])
})
