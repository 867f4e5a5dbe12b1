import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { lookForSmallest } from '../../../trainer/run/look-for-smallest.js'
import { chooseImageSize } from '../../../trainer/run/image-size.js'
import { frameAt } from '../../../trainer/footage/frames.js'
import { block, movingFrames, toAndFro } from '../footage/moving.js'
import { record } from './recording.js'

const usual = { height: 90, width: 120 }
const count = 80
const { frames } = movingFrames({
  ...usual,
  count,
  things: [
    { blocks: [block(12, 8, [220, 40, 40])], corner: n => [toAndFro(5, 50)(n), toAndFro(0, 110, 0, 2)(n)] },
    { blocks: [block(3, 3, [240, 240, 240])], corner: n => [toAndFro(65, 86)(n), toAndFro(0, 116, 30, 3)(n)] },
  ],
})

async function write (directory: string, nameOf: (n: number) => string, numbers = count): Promise<string> {
  await mkdir(directory)
  for (let n = 0; n < numbers; n++) {
    const image = sharp(frameAt(frames, n), { raw: { ...usual, channels: 3 } })
    await writeFile(join(directory, nameOf(n)), await image.png({ compressionLevel: 1 }).toBuffer())
  }
  return directory
}

const root = t.testdir()
const numbered = await write(join(root, 'numbered'), n => `frame ${n}.png`)

t.test('the smallest thing of frames in order, and the size that is chosen for it', async t => {
  const { context, of } = record()
  const found = await lookForSmallest({ directory: numbered }, usual, context)
  t.strictSame(found, { things: 2, height: 3, width: 3 })
  t.equal(of('onSizing').length, 1, 'it is told that this takes a moment')
  const request = { preset: 'folder', images: { directory: numbered }, overrides: [] }
  const sides = new Map((await chooseImageSize(request, context)).overrides)
  t.strictSame([sides.get('data.width'), sides.get('data.height')], [80, 60])
  t.match(of('onImageSize'), [{ chosen: { height: 60, width: 80 }, usual, smallest: { height: 3, width: 3 } }])
})

t.test('of a clip, at the rate at which its frames are taken', async t => {
  const file = join(root, 'clip.webp')
  const raw = { width: usual.width, height: usual.height * count, channels: 3, pageHeight: usual.height } as const
  await sharp(frames.bytes, { raw }).webp({ lossless: true, effort: 0, delay: Array(count).fill(100) }).toFile(file)
  t.strictSame(await lookForSmallest({ file, rate: 10 }, usual, record().context), { things: 2, height: 3, width: 3 })
})

t.test('nobody looks where there is nothing to see or to choose', async t => {
  const named = await write(join(root, 'named'), n => `${(n * 7919 % 104729).toString(36).replace(/\d/g, 'x')}${n}.png`)
  const few = await write(join(root, 'few'), n => `${n}.png`, 40)
  const { context, of } = record()
  for (const directory of [named, few]) {
    t.equal(await lookForSmallest({ directory }, usual, context), undefined, directory)
  }
  const asked = [
    { preset: 'images', images: { directory: numbered }, overrides: [] },
    { preset: 'folder', images: { directory: numbered }, overrides: [['data.height', 64]] },
    { preset: 'folder', images: { directory: numbered }, overrides: [['model.activation', 'relu']] },
  ] as const
  for (const request of asked) await chooseImageSize(request, context)
  t.strictSame(of('onSizing'), [])
  t.strictSame(of('onImageSize').map(({ smallest }) => smallest), [undefined, undefined, undefined])
})

t.test('large frames are looked at smaller, and the thing is as large as it is', async t => {
  const large = join(root, 'large')
  await mkdir(large)
  const factor = 5
  for (let n = 0; n < count; n++) {
    await sharp(frameAt(frames, n), { raw: { ...usual, channels: 3 } })
      .resize(usual.width * factor, usual.height * factor, { kernel: 'nearest' })
      .png({ compressionLevel: 1 })
      .toFile(join(large, `${n}.png`))
  }
  const sizes = { height: usual.height * factor, width: usual.width * factor }
  const { things, height, width } = (await lookForSmallest({ directory: large }, sizes, record().context))!
  t.equal(things, 2)
  for (const side of [height, width]) t.ok(Math.abs(side - 3 * factor) < 5, `${side.toFixed(1)} of 15 pixels`)
})

t.test('frames that are in no order, whatever their names say', async t => {
  const shuffled = await write(join(root, 'shuffled'), n => `${n * 37 % count}.png`)
  t.equal(await lookForSmallest({ directory: shuffled }, usual, record().context), undefined)
})

t.test('a signal ends it', async t => {
  const controller = new AbortController()
  const { context } = record({ signal: controller.signal, onEvent: () => controller.abort() })
  await t.rejects(lookForSmallest({ directory: numbered }, usual, context), {
    name: 'RunInterrupted', stage: { at: 'before training' },
  })
})
