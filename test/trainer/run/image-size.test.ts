import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import t from 'tap'
import { chooseImageSize } from '../../../trainer/run/image-size.js'
import type { Override } from '../../../trainer/config/overrides.js'
import type { ConfigRequest } from '../../../trainer/config/request.js'
import { record } from './recording.js'
import { writeSports10 } from '../data/sports10/fixture.js'
import { frames, writeAnimation } from '../data/video/clips.js'

interface Asked extends Pick<ConfigRequest, 'preset' | 'file'> {
  readonly data?: string
  readonly clip?: string
  readonly arrays?: string
  readonly root?: string
  readonly overrides?: readonly Override[]
}

async function choose ({ data, clip, arrays, root, overrides = [], ...start }: Asked) {
  const images = {
    ...data === undefined ? {} : { directory: data },
    ...clip === undefined ? {} : { file: clip },
    ...arrays === undefined ? {} : { arrays },
    ...root === undefined ? {} : { sports10: root },
  }
  const request = { ...start, images, overrides }
  const { context, of } = record()
  const chosen = await chooseImageSize(request, context)
  const sides = new Map(chosen.overrides)
  return {
    size: [sides.get('data.width'), sides.get('data.height')],
    rate: sides.get('data.rate'),
    told: of('onImageSize'),
    clips: of('onClip'),
  }
}

const root = t.testdir()
let folders = 0

async function folder (
  files: Readonly<Record<string, readonly [width: number, height: number, orientation?: number]>>
): Promise<string> {
  const directory = join(root, String(folders++))
  await mkdir(directory)
  for (const [name, [width, height, orientation]] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true })
    const image = sharp({ create: { width, height, channels: 3, background: 'red' } })
    await writeFile(
      join(directory, name),
      await (orientation === undefined ? image : image.withMetadata({ orientation }))
        .toFormat(name.slice(name.lastIndexOf('.') + 1) as 'png')
        .toBuffer()
    )
  }
  await writeFile(join(directory, 'notes.txt'), 'no image')
  return directory
}

t.test('the size is chosen from the heads of the files, and told', async t => {
  const data = await folder({ 'a.png': [640, 360], 'b.jpg': [640, 360], 'sub/c.webp': [640, 360] })
  for (const preset of ['folder', 'images', 'footage']) {
    const { size, told } = await choose({ preset, data })
    t.strictSame(size, [72, 40])
    t.strictSame(told, [{
      chosen: { height: 40, width: 72 },
      usual: { height: 360, width: 640 },
      prevalence: 'all',
      mixed: false,
      fit: undefined,
    }])
  }
  t.match(await choose({ preset: 'folder', overrides: [['data.directory', data]] }), { size: [72, 40] })
})

t.test('one side given: the other follows; both given, or a preset with a size of its own: nothing is looked ' +
  'at', async t => {
  const data = await folder({ 'a.png': [640, 360] })
  t.match(await choose({ preset: 'folder', data, overrides: [['data.height', 48]] }), {
    size: [88, 48],
    told: [{ chosen: { width: 88, height: 48 } }],
  })
  t.match(await choose({ preset: 'folder', data, overrides: [['data.width', 96]] }), { size: [96, 56] })
  t.match(
    await choose({
      preset: 'folder',
      data: '/nowhere',
      overrides: [
        ['data.height', 48],
        ['data.width', 64],
      ],
    }),
    { size: [64, 48], told: [] }
  )
  t.match(await choose({ preset: 'mnist' }), { size: [undefined, undefined], told: [] })
  t.match(await choose({ preset: 'fashion', data }), { size: [undefined, undefined], told: [] })
  t.match(await choose({ file: { path: 'my.json', value: {} }, data }), { size: [undefined, undefined], told: [] })
})

t.test('small images are left as they are', async t => {
  t.match(await choose({ preset: 'images', data: await folder({ 'a.png': [28, 28] }) }), {
    size: [28, 28],
    told: [{ chosen: { height: 28, width: 28 }, usual: { height: 28, width: 28 } }],
  })
})

t.test('images that are turned by their EXIF count upright', async t => {
  t.match(
    await choose({ preset: 'folder', data: await folder({ 'a.jpg': [360, 640, 6], 'b.jpg': [360, 640, 8] }) }),
    { size: [72, 40] }
  )
})

t.test('several shapes are told of, and how they are brought into one', async t => {
  const data = await folder({ 'a.png': [640, 360], 'b.png': [640, 360], 'c.png': [100, 100] })
  t.match(await choose({ preset: 'folder', data }), {
    size: [72, 40],
    told: [{ mixed: true, usual: { height: 360, width: 640 } }],
  })
  t.match(await choose({ preset: 'folder', data, overrides: [['data.fit', 'cover']] }), { told: [{ fit: 'cover' }] })
})

t.test('frames of Sports10', async t => {
  const root = await writeSports10(join(t.testdir(), 'Sports10'))
  const { size, told } = await choose({ preset: 'folder', root })
  t.match(size, [Number, Number])
  t.equal(told.length, 1)
})

t.test('of arrays, the size that their images have', async t => {
  const arrays = fileURLToPath(new URL('../../fixtures/arrays/plain.npz', import.meta.url))
  t.strictSame((await choose({ preset: 'folder', arrays })).size, [5, 6], 'none, and no side, is asked for')
  t.strictSame((await choose({ preset: 'folder', arrays, overrides: [['data.height', 12]] })).size, [12, 12])
})

t.test('of a clip, the size of its frames, and how many a second are taken', async t => {
  const clip = await writeAnimation(join(t.testdir(), 'clip.gif'), frames(30), Array(30).fill(100))
  const all = await choose({ preset: 'folder', clip })
  t.match(all, { size: [24, 16], rate: 10, told: [{ usual: { height: 16, width: 24 } }] })
  t.strictSame(all.clips, [{ name: 'clip.gif', frames: 30, rate: 10, taken: { frames: 30, rate: 10 } }])
  const some = await choose({ preset: 'footage', clip, overrides: [['data.rate', 5]] })
  t.match(some, { rate: 5, clips: [{ taken: { frames: 15, rate: 5 } }] })
  t.match(await choose({ preset: 'images', clip, overrides: [['data.rate', 60]] }), { rate: 10 }, 'at most its own')
  const sized = await choose({ preset: 'images', clip, overrides: [['data.height', 8], ['data.width', 12]] })
  t.match(sized, { size: [12, 8], rate: 10 }, 'the rate is chosen where the size is given')
  t.strictSame(sized.told, [])
  const fast = await choose({ preset: 'images', clip, overrides: [['data.rate', 'fast']] })
  t.equal(fast.rate, 'fast', 'refused later')
  await t.rejects(choose({ preset: 'images', clip: '/nowhere.mp4' }), { code: 'PVAE_DATA_NOT_FOUND' })
})

t.test('a folder that is not there, and one without images', async t => {
  await t.rejects(choose({ preset: 'folder', data: '/nowhere/frames' }), {
    code: 'PVAE_DATA_NOT_FOUND',
    message: 'no such file or folder: /nowhere/frames (data.directory)',
  })
  t.match(
    await choose({ preset: 'folder', data: await folder({}) }),
    { size: [undefined, undefined], told: [] },
    'left to whoever opens it'
  )
})

t.test('of arrays, the names that are given say which of two arrays of labels is meant', async t => {
  const arrays = fileURLToPath(new URL('../../fixtures/arrays/labels.h5', import.meta.url))
  await t.rejects(choose({ preset: 'folder', arrays }), { message: /one member of labels but found coarse\/labels/ })
  const { size } = await choose({ preset: 'folder', arrays, overrides: [['data.labels', 'fine/labels']] })
  t.strictSame(size, [4, 4])
})
