import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { withData } from '../../../trainer/cli/data.js'

t.test('a folder of images: progress on a terminal, skipped files counted and listed, files closed', async t => {
  const directory = join(t.testdir(), 'images')
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
  let stderr = ''
  const context = {
    stdout: { write () {} },
    stderr: { isTTY: true, write (text: string) { stderr += text } },
    signal: new AbortController().signal,
    directory,
  }
  const config = {
    source: 'folder' as const,
    directory,
    height: 8,
    width: 8,
    channels: 3 as const,
    fit: 'fill' as const,
    testFraction: 0.3,
    splitSeed: 0,
    cacheDirectory: join(directory, '..', 'cache'),
  }
  const total = await withData(config, context, async ({ train, test }) => train.count + test.count)
  t.equal(total, 40)
  t.match(stderr, /decoding images: \d+ of 52, \d+ a second/)
  t.match(stderr, /skipped 12 files:\n {2}broken-00\.png: .*\n/)
  t.match(stderr, /\n {2}and 2 more\n/)
})
