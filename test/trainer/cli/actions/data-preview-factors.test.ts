import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { cli } from '../cli-fixture.js'

t.test('factors: as many different values as there are, and the true extremes, over both splits', async t => {
  const root = t.testdir({ frames: {} })
  const rows = ['filename,time,ball/x']
  for (let i = 0; i < 60; i++) {
    await writeFile(
      join(root, 'frames', `${i}.png`),
      await sharp({ create: { width: 9, height: 7, channels: 3, background: { r: 4 * i, g: 0, b: 0 } } })
        .png()
        .toBuffer()
    )
    rows.push(`${i}.png,${1700000000 + i},${(i % 7) / 10}`)
  }
  await writeFile(join(root, 'frames', 'factors.csv'), rows.join('\n'))
  const { code, stdout, stderr } = await cli(
    [
      'data',
      'preview',
      '--preset',
      'images',
      '--data',
      join(root, 'frames'),
      '--set',
      `data.cacheDirectory=${join(root, 'cache')}`,
    ],
    { directory: root }
  )
  t.equal(code, 0, stderr)
  t.match(stdout, /^factors {2}time: time 1700000000 to 1700000059 \(60 different values\)$/m)
  t.match(stdout, /^factors {2}ball: x 0 to 0\.6 \(7 different values\)$/m)
  t.match(stderr, /^images are 9 × 7: left as they are; --height and --width choose others$/m)
})
