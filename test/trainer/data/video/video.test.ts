import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { openDataset } from '../../../../trainer/data/index.js'
import { holdOutBlocks } from '../../../../trainer/data/video/split.js'
import {
  configOf, ffmpeg, frameOf, frames, HEIGHT, openAll, same, scriptedProgram, WIDTH, withoutFfmpeg, withPath, writeVideo,
} from './clips.js'

t.test('a clip that loses nothing comes back bit for bit, in order', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const file = writeVideo(join(dir, 'clip.mkv'), frames(60))
  const { train, test, pictures, notes, skipped, progress } = await openAll(configOf(file, join(dir, 'cache')))
  t.match(train, { name: 'clip.mkv/train', count: 54, shape: { height: HEIGHT, width: WIDTH, channels: 3 } })
  t.match(test, { name: 'clip.mkv/test', count: 6 })
  t.ok(same(pictures, frames(60)))
  t.match(progress.at(-1), { done: 60, total: 60, skipped: 0 })
  t.strictSame(skipped, [])
  t.match(notes, ['6 of 60 frames are held out for testing, in 3 blocks of consecutive frames: single ones would'])
})

t.test('pairs are of frames a little apart', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const file = writeVideo(join(dir, 'clip.mkv'), frames(40))
  const { train, test } = await openDataset(configOf(file, join(dir, 'cache')))
  t.teardown(() => Promise.all([train.close(), test.close()]))
  const { test: held } = holdOutBlocks(40, 0.1, 0)
  const kept = Array.from({ length: 40 }, (_, i) => i).filter(i => !held.has(i))
  const firsts = train.pairs!.firsts({ maxGap: 1 })
  t.strictSame([...firsts].map(i => kept[i]!), kept.filter(i => kept.includes(i + 1)), 'those with a next frame')
  const out = new Uint8Array(firsts.length * frameOf(0).length)
  await train.pairs!.readPartners(firsts, { maxGap: 1, seed: 0, epoch: 0 }, out)
  t.ok(Buffer.from(out).equals(Buffer.concat([...firsts].map(i => frameOf(kept[i]! + 1)))))
})

t.test('at a lower rate frames are left out, at a higher one none is added', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const file = writeVideo(join(dir, 'clip.mkv'), frames(60))
  const all = frames(60)
  const at = async (rate: number) => (await openAll(configOf(file, join(dir, 'cache'), { rate }))).pictures
  t.ok(same(await at(5), all.filter((_, i) => i % 2 === 0)), 'every second')
  t.ok(same(await at(10 / 3), all.filter((_, i) => i % 3 === 0)), 'every third')
  t.ok(same(await at(60), all), 'all')
  const fewer = await at(4)
  t.equal(fewer.length, 24, '4 a second of 6 seconds')
  const places = fewer.map(picture => all.findIndex(other => Buffer.compare(picture, other) === 0))
  t.ok(places.every((place, i) => Math.abs(place - 2.5 * i) <= 1.5), 'at equal times')
})

t.test('a rate that nobody chose is told', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const file = writeVideo(join(dir, 'clip.mkv'), frames(20))
  const { rate: _, ...config } = configOf(file, join(dir, 'cache'))
  const { pictures, notes } = await openAll(config)
  t.ok(same(pictures, frames(20)))
  t.equal(notes[0], '10 frames a second of clip.mkv are taken, since data.rate does not say how many.')
})

t.test('without FFmpeg the error says what to install; a clip that was decoded needs none', {
  skip: withoutFfmpeg,
}, async t => {
  const dir = t.testdir({ cache: {} })
  const file = writeVideo(join(dir, 'clip.mp4'), frames(30), ['-pix_fmt', 'yuv420p'])
  const config = configOf(file, join(dir, 'cache'), { rate: 10 })
  await withPath('/nowhere', () => t.rejects(openDataset(config), {
    code: 'PVAE_DECODER_UNAVAILABLE',
    message: /^expected the program ffprobe on the PATH .* found none: install FFmpeg \(Debian, Ubuntu: apt-get install/,
  }))
  const only = scriptedProgram(join(dir, 'bin'), 'ffmpeg', '')
  await withPath(only, async () => {
    await rm(join(only, 'ffmpeg'))
    await t.rejects(openDataset(config), { code: 'PVAE_DECODER_UNAVAILABLE', message: /the program ffmpeg on/ })
  })
  const { train } = await openAll(config)
  await withPath('/nowhere', async () => {
    t.equal((await openAll(config)).train.fingerprint, train.fingerprint)
    await utimes(file, 1, 1)
    await t.rejects(openDataset(config), { code: 'PVAE_DECODER_UNAVAILABLE' }, 'a file that changed is decoded anew')
  })
})

t.test('what is no clip', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir({
    'a.txt': 'some words\n'.repeat(500), 'empty.mp4': '', 'rubbish.mp4': 'x'.repeat(5000), folder: {},
  })
  ffmpeg(['-f', 'lavfi', '-i', 'sine=duration=1', join(dir, 'sound.wav')])
  const still = { width: 20, height: 10, channels: 3, background: 'red' } as const
  await sharp({ create: still }).png().toFile(join(dir, 'still.png'))
  await sharp({ create: still }).jpeg().toFile(join(dir, 'still.jpg'))
  writeVideo(join(dir, 'three.mkv'), frames(3))
  const mp4 = await readFile(writeVideo(join(dir, 'whole.mp4'), frames(30), ['-pix_fmt', 'yuv420p']))
  await writeFile(join(dir, 'half.mp4'), mp4.subarray(0, mp4.length / 2))
  const cases: Array<[string, string, RegExp]> = [
    ['half.mp4', 'PVAE_DATA_CORRUPT', /half\.mp4 for data\.file but found moov atom not found$/],
    ['a.txt', 'PVAE_DATA_CORRUPT', /a video that FFmpeg reads in .*a\.txt for data\.file but found something/],
    ['rubbish.mp4', 'PVAE_DATA_CORRUPT', /rubbish\.mp4 for data\.file but found (moov atom not|Invalid data) found/],
    ['empty.mp4', 'PVAE_DATA_EMPTY', /expected a clip in .* but found an empty file/],
    ['folder', 'PVAE_DATA_NOT_FOUND', /expected a file for data\.file but found a folder/],
    ['nowhere.mp4', 'PVAE_DATA_NOT_FOUND', /no such file or folder: .*nowhere\.mp4 \(data\.file\)/],
    ['sound.wav', 'PVAE_DATA_EMPTY', /expected a video stream in .*sound\.wav for data\.file but found none/],
    ['still.png', 'PVAE_DATA_EMPTY', /expected a clip of some hundred frames in .* but found one picture/],
    ['still.jpg', 'PVAE_DATA_EMPTY', /expected a clip of some hundred frames in .* but found one picture/],
    ['three.mkv', 'PVAE_DATA_EMPTY', /expected at least 4 frames in .* but found 3 at 10 a second: give a longer clip/],
  ]
  for (const [name, code, message] of cases) {
    await t.rejects(openDataset(configOf(join(dir, name), join(dir, 'cache'))), { code, message }, name)
  }
})

t.test('of a clip that is cut off, what can be decoded is used, with a note', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const bytes = await readFile(writeVideo(join(dir, 'whole.mkv'), frames(200)))
  await writeFile(join(dir, 'clip.mkv'), bytes.subarray(0, bytes.length / 2))
  const config = configOf(join(dir, 'clip.mkv'), join(dir, 'cache'))
  for (const when of ['at first', 'from the cache']) {
    const { pictures, notes } = await openAll(config)
    t.ok(pictures.length > 50 && pictures.length < 150, `${pictures.length} frames`)
    t.ok(same(pictures.slice(0, 50), frames(50)))
    t.match(notes[0], `${pictures.length} frames of clip.mkv could be decoded, and then not all is well: `, when)
  }
})

t.test('a signal keeps what is decoded, and the next opening goes on', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const file = writeVideo(join(dir, 'clip.mkv'), frames(700))
  const config = configOf(file, join(dir, 'cache'))
  const controller = new AbortController()
  await t.rejects(
    openDataset(config, ({ done }) => { if (done > 0) controller.abort(new Error('enough')) }, controller.signal),
    { message: 'enough' }
  )
  t.strictSame((await readdir(join(dir, 'cache'))).map(name => name.slice(name.lastIndexOf('.'))).sort(), [
    '.journal', '.partial',
  ])
  const { pictures, progress } = await openAll(config)
  t.ok(progress[0]!.done > 1, `went on at ${progress[0]!.done}`)
  t.ok(same(pictures, frames(700)))
})

t.test('cuts and repeated frames are told', { skip: withoutFfmpeg }, async t => {
  const dir = t.testdir()
  const dark = (i: number) => frameOf(i).map(value => 255 - value)
  const file = writeVideo(join(dir, 'cut.mkv'), Array.from({ length: 60 }, (_, i) => i < 30 ? frameOf(i) : dark(i)))
  const cut = await openDataset(configOf(file, join(dir, 'cache')))
  t.match(cut.notes, [/^cut\.mkv seems to change to another scene at 3 s: /, String])
  const firsts = cut.train.pairs!.firsts({ maxGap: 60 })
  t.ok(firsts.length < cut.train.count - 1, 'no pair across it')
  await Promise.all([cut.train.close(), cut.test.close()])

  const slow = writeVideo(join(dir, 'slow.mkv'), Array.from({ length: 60 }, (_, i) => frameOf(i >> 1)))
  t.match((await openAll(configOf(slow, join(dir, 'cache')))).notes, [
    '30 of 60 frames of slow.mkv are the same as the one before: --fps 5 takes fewer of them.', String,
  ])
  const still = writeVideo(join(dir, 'still.mkv'), Array.from({ length: 20 }, () => frameOf(5)))
  t.match((await openAll(configOf(still, join(dir, 'cache')))).notes, [
    'all 20 frames of still.mkv are the same: nothing moves.', String,
  ])
})
