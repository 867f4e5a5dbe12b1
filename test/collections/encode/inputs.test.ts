import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'
import { listPictures, type Input } from '../../../collections/encode/inputs.js'
import { temporaryFolder } from '../pictures.js'

async function list (root: string, ...inputs: Input[]): Promise<string[]> {
  const names: string[] = []
  const excluded = join(root, root.endsWith('photos') ? 'out' : 'photos/out')
  for await (const name of listPictures(inputs, { root, excluded })) names.push(name)
  return names
}

t.test('folders, patterns, pictures and lists', async t => {
  const root = await temporaryFolder(t)
  for (const name of [
    'photos/b.PNG', 'photos/a.jpg', 'photos/notes.txt', 'photos/.hidden.png', 'photos/x/c.webp', 'photos/x/[1].jpeg',
    'photos/out/d.png', 'more/e.png',
  ]) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), '')
  }
  await symlink(join(root, 'more'), join(root, 'photos/linked'))
  await symlink(join(root, 'photos'), join(root, 'photos/x/round'))
  const photos = ['photos/a.jpg', 'photos/b.PNG', 'photos/linked/e.png', 'photos/x/[1].jpeg', 'photos/x/c.webp']
  t.strictSame(await list(root, 'photos'), photos, 'in order, through links, never in circles')
  t.strictSame(await list(root, 'photos/'), photos)
  t.strictSame(await list(root, './photos'), photos)
  t.strictSame(await list(join(root, 'photos'), '.'), photos.map(name => name.slice(7)))
  t.strictSame(await list(root, join(root, 'more')), [join(root, 'more/e.png')], 'absolute stays absolute')
  t.strictSame(await list(root, 'photos/notes.txt'), ['photos/notes.txt'], 'a file is taken as it is named')
  t.strictSame(await list(root, 'photos/x/[1].jpeg'), ['photos/x/[1].jpeg'], 'a name is none of a pattern')
  t.strictSame(await list(root, 'photos/**/*.{webp,jpg}'), ['photos/a.jpg', 'photos/x/c.webp'])
  t.strictSame(await list(root, './*/e.png'), ['more/e.png'])
  t.strictSame(await list(root, 'm*'), ['more/e.png'], 'a pattern of folders is the pictures in them')
  async function * lines () { yield * ['q.png', 'more/e.png'] }
  t.strictSame(await list(root, 'more', lines()), ['more/e.png', 'q.png', 'more/e.png'])
})

t.test('names are in the order of their code units, whatever the language', async t => {
  const root = await temporaryFolder(t)
  const names = ['10.png', '9.png', 'Z.png', 'a.png', 'b/c.png', '日.png']
  await mkdir(join(root, 'b'))
  for (const name of names) await writeFile(join(root, name), '')
  t.strictSame(await list(root, '.'), names)
})

t.test('what is not there', async t => {
  const root = await temporaryFolder(t)
  const message = (input: string) => `expected a picture, a folder or a pattern for INPUT but found no ${input}`
  for (const input of ['gone', 'gone/*.png', '*.png', '']) {
    await t.rejects(list(root, input), { code: 'PVAE_INPUT_NOT_FOUND', message: message(input) })
  }
})
