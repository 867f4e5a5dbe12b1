import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { imagesAt, requestOf } from '../../../../trainer/cli/actions/request.js'

t.test('flags become a plain value, in the order in which they change a config', async t => {
  t.strictSame(
    await requestOf({
      preset: 'folder',
      data: 'there',
      genre: 'Tennis, Golf',
      name: '2',
      epochs: '3',
      height: '32',
      set: ['seed=5', 'data.fit=cover'],
    }),
    {
      preset: 'folder',
      images: { directory: 'there' },
      overrides: [
        ['data.genre', ['Tennis', 'Golf']],
        ['name', '2'],
        ['fit.epochs', 3],
        ['fit.steps', undefined],
        ['data.height', 32],
        ['seed', 5],
        ['data.fit', 'cover'],
      ],
    }
  )
  t.strictSame(await requestOf({ root: 'there', genre: 'Golf' }), {
    images: { sports10: 'there' },
    overrides: [['data.genre', 'Golf']],
  })
  t.strictSame(await requestOf({}), { overrides: [] })
})

t.test('a path is a clip where it is a file, and a folder otherwise', async t => {
  const directory = t.testdir({ 'clip.mp4': '', frames: {} })
  t.strictSame(await imagesAt(join(directory, 'clip.mp4')), { file: join(directory, 'clip.mp4') })
  t.strictSame(await imagesAt(join(directory, 'frames')), { directory: join(directory, 'frames') })
  t.strictSame(await imagesAt(join(directory, 'none')), { directory: join(directory, 'none') })
  t.equal(await imagesAt(undefined), undefined)
  t.strictSame(await requestOf({ preset: 'footage', data: join(directory, 'clip.mp4'), fps: '7.5' }), {
    preset: 'footage',
    images: { file: join(directory, 'clip.mp4') },
    overrides: [['data.rate', 7.5]],
  })
})

t.test('a path is of arrays where it ends as they do, and members may be named', async t => {
  t.strictSame(await requestOf({ data: 'there.npz', member: ['images=x', 'labels=a=b'] }), {
    images: { arrays: 'there.npz' },
    overrides: [['data.images', 'x'], ['data.labels', 'a=b']],
  })
  for (const member of ['images', 'pictures=x', 'images=']) {
    await t.rejects(requestOf({ member: [member] }), {
      code: 'PVAE_CONFIG_INVALID',
      message: /expected images, labels, factors, masks = the name of an array, e\.g\. images=x, for --member/,
    })
  }
})

t.test('a rate of frames is refused for a folder', async t => {
  const data = t.testdir({})
  await t.rejects(requestOf({ preset: 'folder', data, fps: '5' }), {
    message: 'expected a clip as --data, since of a folder all images are taken, for --fps but received ' +
      `the folder ${data}`,
  })
})

t.test('a config file is read', async t => {
  const path = join(t.testdir(), 'my.json')
  await writeFile(path, '{"name": "mine"}')
  t.strictSame(await requestOf({ config: path }), { file: { path, value: { name: 'mine' } }, overrides: [] })
})

t.test('flags that exclude each other are refused', async t => {
  await t.rejects(requestOf({ epochs: '1', steps: '2' }), {
    message: 'expected one of them for --epochs and --steps but received both',
  })
  await t.rejects(requestOf({ preset: 'mnist', config: 'x' }), {
    message: 'expected one of them for --preset and --config but received both',
  })
})

t.test('a file that is not there, no JSON, or begins with npm\'s banner', async t => {
  const directory = t.testdir({ torn: '{', banner: '\n> pvae@0.1.0 pvae\n> node x\n\n{}' })
  const read = (name: string) => requestOf({ config: join(directory, name) })
  await t.rejects(read('none'), { code: 'PVAE_CONFIG_INVALID', message: /no such file or folder: .*none \(--config\)/ })
  await t.rejects(read('torn'), { message: /expected a JSON file at .*torn for --config but received/ })
  await t.rejects(read('banner'), { message: /begins with npm's banner; write it with npx pvae presets NAME --out/ })
})
