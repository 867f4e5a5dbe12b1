import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { sizeClip } from '../../../../trainer/data/image-sizes.js'
import { openDataset } from '../../../../trainer/data/index.js'
import { configOf, frameOf, frames, HEIGHT, openAll, same, WIDTH, withPath, writeAnimation } from './clips.js'

t.test('GIF and WebP need no FFmpeg', async t => {
  const dir = t.testdir()
  const delays = Array.from({ length: 30 }, (_, i) => i === 4 ? 400 : 100)
  for (const name of ['clip.gif', 'clip.webp']) {
    const file = await writeAnimation(join(dir, name), frames(30), delays)
    await withPath('/nowhere', async () => {
      t.match(await sizeClip(file), { size: { height: HEIGHT, width: WIDTH }, frames: 30, rate: 30 / 3.3 })
      const { pictures } = await openAll(configOf(file, join(dir, 'cache')))
      t.ok(same(pictures, frames(30)), name)
      const fewer = await openAll(configOf(file, join(dir, 'cache'), { rate: 5 }))
      const places = [0, 2, 4, 4, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29]
      t.ok(same(fewer.pictures, places.map(frameOf)), `${name}: what is long on the screen comes twice`)
    })
  }
})

t.test('a GIF or WebP that does not move, is cut off or is none', async t => {
  const dir = t.testdir()
  const bytes = await readFile(await writeAnimation(join(dir, 'whole.gif'), frames(200), Array(200).fill(50)))
  const still = await writeAnimation(join(dir, 'still.webp'), frames(1), [0])
  await writeFile(join(dir, 'none.gif'), 'GIF89a')
  await writeFile(join(dir, 'cut.gif'), bytes.subarray(0, bytes.length / 2))
  const reject = (file: string, code: string, message: RegExp) =>
    t.rejects(openDataset(configOf(file, join(dir, 'cache'))), { code, message })
  await reject(still, 'PVAE_DATA_EMPTY', /^expected a clip of some hundred frames in .*still\.webp for data\.file but/)
  await reject(join(dir, 'none.gif'), 'PVAE_DATA_CORRUPT', /^expected an animated GIF or WebP in .*none\.gif .*found /)
  const cut = await openAll(configOf(join(dir, 'cut.gif'), join(dir, 'cache'), { rate: 20 }))
  t.ok(cut.pictures.length > 50 && cut.pictures.length < 200, `${cut.pictures.length} frames of a half`)
  t.ok(same(cut.pictures.slice(0, 50), frames(50)), 'what was whole is used')
})
