import { open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { buildCache } from '../../../../trainer/data/folder/build-cache.js'
import { MAX_FILE_BYTES, streamFiles } from '../../../../trainer/data/folder/decode-file.js'
import {
  encodeEntry,
  encodeHeader,
  HEADER_BYTES,
  parseEntry,
  parseHeader,
  readLines,
  readPieces,
  type CacheHeader,
} from '../../../../trainer/data/folder/cache-format.js'
import { openCache } from '../../../../trainer/data/folder/cache.js'
import { listFiles } from '../../../../trainer/data/folder/list.js'
import { pattern, png } from './images.js'

const key = 'a'.repeat(64)
const header: CacheHeader = {
  format: 'partition-vae-images',
  version: 1,
  key,
  height: 2,
  width: 3,
  channels: 1,
  count: 1,
  indexOffset: HEADER_BYTES + 6,
  indexBytes: 9,
  indexSha256: 'b'.repeat(64),
}

t.test('header and entries survive; anything else is no header, no entry', async t => {
  t.equal(encodeHeader(header).length, HEADER_BYTES)
  t.strictSame(parseHeader(encodeHeader(header)), header)
  for (const change of [
    { version: 2 },
    { format: 'x' },
    { key: 'short' },
    { channels: 2 },
    { count: -1 },
    { indexOffset: 5 },
  ]) {
    t.equal(parseHeader(encodeHeader({ ...header, ...change } as CacheHeader)), undefined)
  }
  for (const path of ['a/b.png', 'grüße "\u2028\n.png', '😀']) {
    t.strictSame(parseEntry(encodeEntry({ path, sha256: key }).trimEnd()), { path, sha256: key })
    t.strictSame(parseEntry(encodeEntry({ path, reason: 'x' }).trimEnd()), { path, reason: 'x' })
  }
  for (const line of ['', '{', 'null', '[]', '{"path":"a"}', '{"path":"a","sha256":"b"}']) {
    t.equal(parseEntry(line), undefined)
  }
})

t.test('lines and pieces of files larger than the buffer; a line separator inside a name is no end of ' +
  'line', async t => {
  const path = join(t.testdir(), 'lines')
  const lines = Array.from({ length: 60_000 }, (_, i) => `line ${i} \u2028 ${'é'.repeat(i % 40)}`)
  const content = Buffer.from(`skip\n${lines.join('\n')}\nrest`)
  await writeFile(path, content)
  t.ok(content.length > 2 ** 21)
  const handle = await open(path)
  t.teardown(() => handle.close())
  const read: string[] = []
  let wrongEnds = 0
  for await (const { text, end } of readLines(handle, 5, content.length)) {
    read.push(text)
    if (content[end - 1] !== 10) wrongEnds++
  }
  t.ok(read.join('\n') === lines.join('\n'))
  t.equal(wrongEnds, 0)
  let bytes = 0
  for await (const piece of readPieces(handle, 100, content.length + 5000)) bytes += piece.length
  t.equal(bytes, content.length - 100, 'ends with the file')
  for await (const piece of readPieces(handle, 100, 50)) t.fail(`nothing expected, got ${piece.length} bytes`)
})

t.test('a cache file that is not there, is a folder, or can not be named', async t => {
  const dir = t.testdir({ folder: {} })
  t.equal(await openCache(join(dir, 'missing'), key), undefined)
  t.equal(await openCache(join(dir, 'folder'), key), undefined)
  await t.rejects(openCache('nul\0', key), { code: 'ERR_INVALID_ARG_VALUE' })
})

t.test('files that vanish, and files too large to be an image, are skipped', async t => {
  const dir = t.testdir({ photos: {} })
  const photos = join(dir, 'photos')
  const image = await png(2, 3, 1)
  for (const name of ['a.png', 'big.png', 'c.png']) await writeFile(join(photos, name), image)
  await truncate(join(photos, 'big.png'), MAX_FILE_BYTES + 1)
  const { files } = await listFiles(photos)
  const vanished = { path: 'b.png', bytes: 1, modifiedMs: 0, mode: 0 }
  const path = join(dir, 'x.images')
  await buildCache({
    path,
    key,
    of: photos,
    images: streamFiles(photos, [files[0]!, vanished, ...files.slice(1)], {
      height: 2, width: 3, channels: 1, fit: 'fill',
    }),
  })
  const cache = await openCache(path, key)
  t.teardown(() => cache?.handle.close())
  t.strictSame(cache?.images.map(image => image.path), ['a.png', 'c.png'])
  t.match(cache?.skipped, [{ path: 'b.png', reason: /ENOENT/ }, { path: 'big.png', reason: 'larger than 256 MiB' }])
  const stored = Buffer.alloc(12)
  await cache!.handle.read(stored, 0, 12, HEADER_BYTES)
  t.strictSame([...stored], [...pattern(2, 3, 1), ...pattern(2, 3, 1)])
  t.equal(await openCache(path, 'c'.repeat(64)), undefined, 'another key')
})
