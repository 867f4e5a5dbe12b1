import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { decodeImage } from '@partition-vae/models/image'
import { sizeClip } from '../../../../trainer/data/image-sizes.js'
import { openDataset } from '../../../../trainer/data/index.js'
import {
  configOf, FFMPEG, ffmpeg, FRAME_BYTES, frameOf, frames, HEIGHT, LOSSLESS, openAll, probe, same, scriptedProgram,
  WIDTH, withoutFfmpeg, withPath, writeVideo,
} from './clips.js'

t.test('frames are resampled as pictures are', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const source = ['-f', 'lavfi', '-i', 'testsrc=size=640x352:rate=5:duration=1', '-frames:v', '4']
  ffmpeg([...source, ...LOSSLESS, join(dir, 'clip.mkv')])
  ffmpeg([...source, join(dir, '%d.png')])
  for (const [{ height, width, fit, channels }, most] of [
    [{ height: 88, width: 160, fit: 'fill', channels: 3 }, 0],
    [{ height: 64, width: 64, fit: 'contain', channels: 1 }, 0],
    [{ height: 40, width: 40, fit: 'cover', channels: 3 }, 0],
    // By more than six, so halved first: up to a level is lost in photographs, more where lines are a pixel wide.
    [{ height: 22, width: 40, fit: 'fill', channels: 3 }, 3],
  ] as const) {
    const { pictures } = await openAll(configOf(join(dir, 'clip.mkv'), join(dir, 'cache'), {
      height, width, fit, channels,
    }))
    for (const [i, picture] of pictures.entries()) {
      const png = await decodeImage(await readFile(join(dir, `${i + 1}.png`)), { height, width, channels }, {
        fit, invert: false, maxPixels: 1e6, blocking: true,
      })
      const off = picture.reduce((off, value, at) => Math.max(off, Math.abs(value - png[at]!)), 0)
      t.ok(off <= most, `${width}×${height} ${fit}, frame ${i}: ${off} levels off`)
    }
  }
})

t.test('FFmpeg that is killed is no end of the clip: its frames are kept', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const file = writeVideo(join(dir, 'clip.mkv'), frames(100))
  const config = configOf(file, join(dir, 'cache'))
  const killed = scriptedProgram(
    join(dir, 'bin'), 'ffmpeg', `'${FFMPEG}' "$@" | head -c ${40 * frameOf(0).length + 5}; kill -9 $$`
  )
  await withPath(`${killed}:${process.env.PATH}`, () => t.rejects(openDataset(config), {
    code: 'PVAE_DECODER_UNAVAILABLE',
    message: /to its end but found that it was stopped \(SIGKILL\) after 40 frames, which are kept: give the same command/,
  }))
  const { pictures, progress } = await openAll(config)
  t.equal(progress[0]!.done, 41)
  t.ok(same(pictures, frames(100)))
})

t.test('turned, of pixels that are no squares, see-through, of an odd name', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const file = writeVideo(join(dir, '-clip: 100%d*?.mp4'), frames(10), ['-c:v', 'libx264rgb', '-qp', '0'])
  t.ok(same((await openAll(configOf(file, join(dir, 'cache')))).pictures, frames(10)), 'an odd name')

  ffmpeg(['-i', `file:${file}`, '-c:v', 'copy', '-metadata:s:v', 'rotate=90', join(dir, 'turned.mp4')])
  t.match(await sizeClip(join(dir, 'turned.mp4')), { size: { height: WIDTH, width: HEIGHT } })
  const turned = await openAll(configOf(join(dir, 'turned.mp4'), join(dir, 'cache'), { height: WIDTH, width: HEIGHT }))
  // Which way is up is stated counterclockwise.
  const rotation = Number(/rotation=(-?90)/.exec(probe(join(dir, 'turned.mp4')))![1])
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const
  const upright = await sharp(frameOf(3), { raw }).rotate(-rotation).raw().toBuffer()
  t.equal(Buffer.compare(turned.pictures[3]!, upright), 0, 'turned')

  writeVideo(join(dir, 'wide.mkv'), frames(10), [...LOSSLESS, '-vf', 'setsar=2/1'])
  t.match(await sizeClip(join(dir, 'wide.mkv')), { size: { height: HEIGHT, width: 2 * WIDTH } })
  const { pictures: [boxed] } = await openAll(configOf(join(dir, 'wide.mkv'), join(dir, 'cache'), { fit: 'contain' }))
  const middle = (HEIGHT / 2 * WIDTH + 20) * 3
  t.strictSame([boxed![0], boxed![middle]], [0, 60], 'bars above a picture of twice the width')

  const clear = ['-f', 'lavfi', '-i', `color=white@0.5:size=${WIDTH}x${HEIGHT}:rate=10:duration=1,format=rgba`]
  ffmpeg([...clear, '-c:v', 'png', join(dir, 'clear.mkv')])
  const grey = (await openAll(configOf(join(dir, 'clear.mkv'), join(dir, 'cache')))).pictures[0]!
  t.ok(grey.every(value => Math.abs(value - 128) <= 2), `over black: ${grey[0]}`)
})

t.test('files that state neither frames nor seconds are counted', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const file = writeVideo(join(dir, 'clip.mjpeg'), frames(30), ['-c:v', 'mjpeg', '-f', 'mjpeg'])
  t.match(await sizeClip(file), { frames: 30, rate: 25, taken: { frames: 30 } })
  t.match(await sizeClip(file, 5), { taken: { frames: 6, rate: 5 } })
  t.equal((await openAll(configOf(file, join(dir, 'cache'), { rate: 25 }))).pictures.length, 30)
})

t.test('a clip whose size changes on the way is brought to one', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const [one, other] = ['one.mkv', 'other.mkv'].map(name => join(dir, name)) as [string, string]
  writeVideo(one, frames(20))
  writeVideo(other, frames(20), [...LOSSLESS, '-vf', `scale=${2 * WIDTH}:${2 * HEIGHT}:flags=neighbor`])
  // A transport stream may be cut and joined anywhere.
  const parts = [one, other].map((path, i) => {
    const part = join(dir, `${i}.ts`)
    ffmpeg(['-i', path, '-c:v', 'mpeg2video', '-q:v', '1', '-r', '25', '-output_ts_offset', String(2 * i), part])
    return readFile(part)
  })
  await writeFile(join(dir, 'both.ts'), Buffer.concat(await Promise.all(parts)))
  const { frames: count } = await sizeClip(join(dir, 'both.ts'))
  const { pictures } = await openAll(configOf(join(dir, 'both.ts'), join(dir, 'cache'), { rate: 1000 }))
  t.ok(count - pictures.length <= 2 && pictures.length > 35, `${pictures.length} of ${count} frames`)
  const [before, after] = [pictures[10]!, pictures.at(-1)!]
  t.ok(before.every((value, i) => i < FRAME_BYTES / 3 || Math.abs(value - 60) < 30 || value > 120), 'the first part')
  t.ok(after.every((value, i) => i < FRAME_BYTES / 3 || Math.abs(value - 60) < 30 || value > 120), 'the second part')
})

t.test('frames that come irregularly are counted, and taken at equal times', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  // Ten frames in the first second, then two a second: Matroska states only the ten.
  const file = writeVideo(join(dir, 'clip.mkv'), frames(100), [
    ...LOSSLESS, '-vf', 'select=lt(n\\,10)+not(mod(n\\,5))', '-vsync', 'vfr',
  ])
  const { frames: count, rate } = await sizeClip(file)
  t.equal(count, 28)
  t.ok(Math.abs(rate - 27 / 9.5) < 0.01, `${rate} a second`)
  const all = await openAll(configOf(file, join(dir, 'cache')))
  t.ok(same(all.pictures, frames(100).filter((_, i) => i < 10 || i % 5 === 0)), 'each once')
  t.equal(all.notes.length, 1, 'none is missed')
  const { pictures } = await openAll(configOf(file, join(dir, 'cache'), { rate: 2 }))
  t.ok(Math.abs(pictures.length - 20) <= 1, `${pictures.length} frames, 2 a second`)
})
