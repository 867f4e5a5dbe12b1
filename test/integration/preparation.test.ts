/**
 * Signals that come before the first step: while images are decoded, and while footage is looked at. Real processes, as
 * built.
 */
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { pvae } from '../helpers/pvae-process.js'

const root = t.testdir({ frames: {}, runs: {}, cache: {} })
const frames = join(root, 'frames')
const COUNT = 1500

// A block that moves before a still background. Only as many pictures as there are places: files of one content are
// links' business, not copies'.
const pictures = await Promise.all(Array.from({ length: 50 }, (_, i) => {
  const pixels = Buffer.alloc(96 * 96 * 3, 60)
  for (let y = 30; y < 42; y++) pixels.fill(220, (y * 96 + i) * 3, (y * 96 + i + 12) * 3)
  return sharp(pixels, { raw: { height: 96, width: 96, channels: 3 } }).png().toBuffer()
}))
await mkdir(frames, { recursive: true })
for (let i = 0; i < COUNT; i++) await writeFile(join(frames, `${String(i).padStart(5, '0')}.png`), pictures[i % 50]!)

const train = () =>
  pvae([
    'train',
    '--preset',
    'folder',
    '--data',
    frames,
    '--runs',
    join(root, 'runs'),
    '--repository',
    join(root, 'repository'),
    '--no-export',
    '--set',
    `data.cacheDirectory=${join(root, 'cache')}`,
  ])

/** The journal of the cache that is being built, once it holds more than its first line. */
async function journalGrows (isAlive: () => boolean): Promise<void> {
  while (isAlive()) {
    const name = (await readdir(join(root, 'cache'))).find(name => name.endsWith('.journal'))
    if (name !== undefined && (await stat(join(root, 'cache', name))).size > 1000) return
    await new Promise(resolve => setImmediate(resolve))
  }
  throw new Error('ended before anything was decoded')
}

t.test('while decoding and while looking: exit code 130, how to go on, and the next start goes on from ' +
  'there', async t => {
  const decoding = train()
  await journalGrows(decoding.isAlive)
  decoding.child.kill('SIGTERM')
  t.same(await decoding.ended, { code: 130, signal: null }, decoding.stderr())
  t.match(
    decoding.stderr(),
    /images are 96 × 96: brought to 64 × 64, aspect kept; --height and --width choose others\n/
  )
  const [, kept] =
    /interrupted while decoding images: about (\d+) of 1500 are kept\ngo on with: the same command, which decodes the rest\n$/.exec(
      decoding.stderr()
    ) ?? []
  t.ok(Number(kept) > 0, decoding.stderr())
  t.ok(Number(kept) < COUNT)
  t.strictSame(
    (await readdir(join(root, 'cache'))).map(name => name.slice(name.lastIndexOf('.'))).sort(),
    ['.journal', '.partial'],
    'no lock is left'
  )

  const looking = train()
  await looking.saw('looking at the frames')
  looking.child.kill('SIGINT')
  t.same(await looking.ended, { code: 130, signal: null }, looking.stderr())
  t.match(
    looking.stderr(),
    /interrupted while looking at the frames\ngo on with: the same command, which looks at them anew \(the images are decoded\)\n$/
  )
  t.strictSame(await readdir(join(root, 'runs')), [], 'no run has begun')
  t.equal((await readdir(join(root, 'cache'))).length, 1, 'the images are decoded')
})
