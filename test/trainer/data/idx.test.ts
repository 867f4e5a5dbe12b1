import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { parseIdx, readIdxFile } from '../../../trainer/data/idx-file.js'
import { openDataset } from '../../../trainer/data/index.js'
import { openIdx } from '../../../trainer/data/idx.js'

/** An IDX file written from the format's description, by other code than the one under test. */
function idx (
  dims: number[],
  values: ArrayLike<number> = Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => i % 251),
  dtype = 8
): Buffer {
  const header = Buffer.from([0, 0, dtype, dims.length])
  const sizes = dims.map(dim => {
    const b = Buffer.alloc(4)
    b.writeUInt32BE(dim)
    return b
  })
  return Buffer.concat([header, ...sizes, Uint8Array.from(values)])
}

const four = {
  'train-images-idx3-ubyte': idx([6, 2, 3]),
  'train-labels-idx1-ubyte': idx([6], [5, 4, 3, 2, 1, 0]),
  't10k-images-idx3-ubyte': idx([2, 2, 3]),
  't10k-labels-idx1-ubyte': idx([2], [7, 8]),
}

t.test('reads the four files', async t => {
  const dir = t.testdir({ digits: { ...four, 'README.md': 'not data' } })
  const { train, test, skipped } = await openIdx(join(dir, 'digits'))
  t.match(train, { name: 'digits/train', count: 6, shape: { height: 2, width: 3, channels: 1 } })
  t.match(test, { name: 'digits/test', count: 2 })
  t.strictSame([...train.labels!], [5, 4, 3, 2, 1, 0])
  t.strictSame(skipped, [])
  const out = new Uint8Array(12)
  await train.read(Uint32Array.of(5, 1), out)
  t.strictSame([...out], [30, 31, 32, 33, 34, 35, 6, 7, 8, 9, 10, 11])
  await train.close()
  await test.close()

  const opened = await openDataset({ source: 'idx', directory: join(dir, 'digits') })
  t.equal(opened.train.name, 'digits/train')
  t.equal(opened.test.fingerprint, test.fingerprint)
})

t.test('Fashion-MNIST\'s form: everything gzipped; dots, test, no labels; the plain file goes before its ' +
  '.gz', async t => {
  const gz = Object.fromEntries(Object.entries(four).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]))
  const plain = await openIdx(t.testdir(four), 'x')
  const zipped = await openIdx(t.testdir(gz), 'x')
  t.equal(zipped.train.fingerprint, plain.train.fingerprint)
  t.not(plain.train.fingerprint, plain.test.fingerprint)

  const dotted = await openIdx(t.testdir({
    'train-images.idx3-ubyte': four['train-images-idx3-ubyte'],
    'train-images.idx3-ubyte.gz': 'ignored',
    TEST_images_idx3_ubyte: four['t10k-images-idx3-ubyte'],
  }), 'x')
  t.equal(dotted.train.labels, undefined)
  t.notOk('labels' in dotted.train)
  t.not(dotted.train.fingerprint, plain.train.fingerprint, 'labels are part of the content')
})

t.test('colour: four dimensions', async t => {
  const { train } = await openIdx(
    t.testdir({ 'train-images-idx4-ubyte': idx([2, 4, 5, 3]), 'test-images-idx4-ubyte': idx([1, 4, 5, 3]) })
  )
  t.strictSame({ ...train.shape }, { height: 4, width: 5, channels: 3 })
  const grey = await openIdx(
    t.testdir({ 'train-images-idx4-ubyte': idx([2, 4, 5, 1]), 'test-images-idx3-ubyte': idx([1, 4, 5]) })
  )
  t.equal(grey.train.shape.channels, 1)
})

t.test('a read that asks for what is not there copies nothing', async t => {
  const { train } = await openIdx(t.testdir(four), 'x')
  const out = new Uint8Array(12)
  await t.rejects(train.read(Uint32Array.of(0, 6), out), {
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected an index below 6 for x/train but received 6',
  })
  await t.rejects(train.read(Uint32Array.of(0, 1, 2), out), {
    code: 'PVAE_INVALID_PARAMETER', message: 'expected at least 18 bytes for the output of x/train but received 12',
  })
  t.ok(out.every(byte => byte === 0))
})

t.test('a corrupt file: every field is checked', async t => {
  const good = idx([2, 2, 2])
  const broken = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(good)
    change(bytes)
    return bytes
  }
  const cases: Array<[Uint8Array, string]> = [
    [new Uint8Array(0), 'f: expected at least 4 bytes for the length but found 0'],
    [Buffer.from('PNG?hello'), 'f: expected an IDX file (0x000008..) for the magic number but found 0x504e473f'],
    [
      broken(b => {
        b[2] = 0x0a
      }),
      'f: expected an IDX file (0x000008..) for the magic number but found 0x00000a03',
    ],
    [
      broken(b => {
        b[2] = 0x0d
      }),
      'f: expected 0x08 (unsigned byte) for the data type but found 0x0d (float)',
    ],
    [
      broken(b => {
        b[3] = 0
      }),
      'f: expected 1 to 4 for the number of dimensions but found 0',
    ],
    [
      broken(b => {
        b[3] = 9
      }),
      'f: expected 1 to 4 for the number of dimensions but found 9',
    ],
    [good.subarray(0, 10), 'f: expected at least 16 bytes of header for the length but found 10'],
    [good.subarray(0, 23), 'f: expected 24 bytes (16 + 2 × 2 × 2) for the length but found 23'],
    [Buffer.concat([good, Buffer.from([0])]), 'f: expected 24 bytes (16 + 2 × 2 × 2) for the length but found 25'],
    [
      broken(b => {
        b.writeUInt32BE(2 ** 32 - 1, 4)
      }),
      'f: expected 17179869196 bytes (16 + 4294967295 × 2 × 2) for the length but found 24',
    ],
  ]
  for (const [bytes, message] of cases) t.throws(() => parseIdx(bytes, 'f'), { code: 'PVAE_DATA_CORRUPT', message })
})

t.test('a file that can not be read, is truncated gzip, or is too large', async t => {
  const dir = t.testdir({
    gz: gzipSync(idx([2, 8])).subarray(0, 20),
    bomb: gzipSync(idx([1000], new Uint8Array(1000))),
    plain: idx([1000], new Uint8Array(1000)),
    folder: {},
  })
  await t.rejects(readIdxFile(join(dir, 'missing')), {
    code: 'PVAE_DATA_NOT_FOUND',
    message: /expected a readable file for .*missing but found ENOENT/,
  })
  await t.rejects(readIdxFile(join(dir, 'folder')), { code: 'PVAE_DATA_NOT_FOUND', message: /EISDIR/ })
  await t.rejects(readIdxFile(join(dir, 'gz')), {
    code: 'PVAE_DATA_CORRUPT',
    message: /gz: expected gzip data .* but found: unexpected end of file/,
  })
  await t.rejects(readIdxFile(join(dir, 'bomb'), 500), {
    code: 'PVAE_DATA_CORRUPT',
    message: /bomb: expected gzip data of at most 500 bytes/,
  })
  await t.rejects(readIdxFile(join(dir, 'plain'), 500), {
    code: 'PVAE_DATA_CORRUPT',
    message: /plain: expected at most 500 bytes .* for the size but found 1008/,
  })
})

t.test('a folder that is not such a data set', async t => {
  const open = async (change: Record<string, Buffer | undefined>): Promise<unknown> => {
    const dir = t.testdir()
    await mkdir(join(dir, 'x'))
    for (const [name, bytes] of Object.entries({ ...four, ...change })) {
      if (bytes !== undefined) await writeFile(join(dir, 'x', name), bytes)
    }
    return openIdx(join(dir, 'x'))
  }
  const reject = async (change: Record<string, Buffer | undefined>, code: string, message: RegExp): Promise<void> => {
    await t.rejects(open(change), { name: 'TrainerError', code, message })
  }
  await t.rejects(openIdx(join(t.testdir(), 'missing')), {
    code: 'PVAE_DATA_NOT_FOUND',
    message: /^no such file or folder: .*missing \(data\.directory\)$/,
  })
  await t.rejects(openIdx(t.testdir({})), {
    code: 'PVAE_DATA_NOT_FOUND',
    message: /expected a file train-images-idx3-ubyte \(.gz\) .* but found an empty folder/,
  })
  await t.rejects(openIdx(t.testdir({ b: 'x', a: 'y' })), { code: 'PVAE_DATA_NOT_FOUND', message: /but found a, b$/ })
  await reject(
    { 't10k-images-idx3-ubyte': undefined, a: idx([1]), b: idx([1]), c: idx([1]) },
    'PVAE_DATA_NOT_FOUND',
    /expected a file t10k-images-idx3-ubyte or test-images-idx3-ubyte .* but found a, b, c, t10k-labels-idx1-ubyte, train-images-idx3-ubyte and 1 more/
  )
  await reject(
    { 'test-images-idx3-ubyte': idx([1, 2, 3]) },
    'PVAE_DATA_MIXED',
    /expected one file of t10k or test images but found t10k-images-idx3-ubyte and test-images-idx3-ubyte/
  )
  await reject(
    { 'train-images-idx3-ubyte': idx([6, 6]) },
    'PVAE_DATA_CORRUPT',
    /expected 3 \(count, height, width\) or 4 \(and channels\) for the number of dimensions but found 2/
  )
  await reject(
    { 'train-images-idx3-ubyte': idx([6, 2, 3, 2]) },
    'PVAE_DATA_CORRUPT',
    /expected 1 or 3 for the channels but found 2/
  )
  await reject(
    { 'train-images-idx3-ubyte': idx([6, 0, 3]) },
    'PVAE_DATA_CORRUPT',
    /expected at least 1 × 1 pixels for the height and width but found 0 × 3/
  )
  await reject(
    { 'train-images-idx3-ubyte': idx([0, 2, 3]) },
    'PVAE_DATA_EMPTY',
    /expected at least 1 image for x\/train but found 0/
  )
  await reject(
    { 'train-labels-idx1-ubyte': idx([5]) },
    'PVAE_DATA_MIXED',
    /expected 6 labels, one for each image of train-images-idx3-ubyte, but found 5/
  )
  await reject(
    { 'train-labels-idx1-ubyte': idx([6, 1]) },
    'PVAE_DATA_CORRUPT',
    /expected 1 \(count\) for the number of dimensions but found 2/
  )
  await reject(
    { 't10k-images-idx3-ubyte': idx([2, 3, 2]) },
    'PVAE_DATA_MIXED',
    /expected images of 2 × 3 × 1, as in x\/train, for x\/test but found 3 × 2 × 1/
  )
})
