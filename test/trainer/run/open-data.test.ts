import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { withData } from '../../../trainer/run/open-data.js'
import { record } from './recording.js'

/** A folder of 40 images and 12 files that are none. */
async function writeImages (directory: string): Promise<void> {
  await mkdir(directory)
  for (let i = 0; i < 40; i++) {
    await writeFile(
      join(directory, `${i}.png`),
      await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 6 * i, g: 0, b: 0 } } })
        .png()
        .toBuffer()
    )
  }
  for (let i = 0; i < 12; i++) {
    await writeFile(join(directory, `broken-${String(i).padStart(2, '0')}.png`), 'not an image')
  }
}

const configOf = (directory: string) => ({
  source: 'folder' as const,
  directory,
  height: 8,
  width: 8,
  channels: 3 as const,
  fit: 'fill' as const,
  testFraction: 0.3,
  splitSeed: 0,
  cacheDirectory: join(directory, '..', 'cache'),
})

t.test('a folder of images: how far decoding is, then what there is and what was skipped', async t => {
  const directory = join(t.testdir(), 'images')
  await writeImages(directory)
  const { context, names, of } = record()
  const total = await withData(configOf(directory), context, async ({ train, test }) => train.count + test.count)
  t.equal(total, 40)
  t.strictSame(names(), ['onDecoding', 'onDecodingEnd', 'onData'])
  t.match(of('onDecoding').at(-1), { total: 52, rate: Number })
  const [data] = of('onData')
  t.match(data, {
    train: { name: 'images/train' },
    test: { name: 'images/test' },
    shape: { height: 8, width: 8, channels: 3 },
  })
  t.equal(data!.train.count + data!.test.count, 40)
  t.equal(data!.skipped.length, 12)
  t.match(data!.skipped[0], { path: 'broken-00.png', reason: String })
})

t.test('interrupted while files are decoded: how many are kept', async t => {
  const directory = join(t.testdir(), 'images')
  await writeImages(directory)
  const abort = new AbortController()
  const { context, names, of } = record({
    signal: abort.signal,
    onEvent: ([name]) => name === 'onDecoding' && abort.abort(),
  })
  await t.rejects(withData(configOf(directory), context, async () => t.fail('no data is used')), {
    name: 'RunInterrupted',
    stage: { at: 'decoding', done: Number, total: 52 },
  })
  t.strictSame(names(), ['onDecoding', 'onDecodingEnd'])
  t.ok(of('onDecoding').length > 0)
})

t.test('interrupted before any file is decoded', async t => {
  const directory = join(t.testdir(), 'images')
  await writeImages(directory)
  const { context } = record({ signal: AbortSignal.abort() })
  await t.rejects(withData(configOf(directory), context, async () => {}), {
    name: 'RunInterrupted',
    stage: { at: 'decoding', done: undefined },
  })
})
