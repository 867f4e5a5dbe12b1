import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import {
  batchesPerEpoch,
  createEpoch,
  createMemoryDataset,
  evaluationBatches,
  type Batch,
  type ImageDataset,
  type PairAddress,
} from '../../../trainer/data/index.js'

/** Images of 1 × 2 pixels: image i is [i, 255 − i]. */
function numbered (count: number): ImageDataset {
  return createMemoryDataset({
    name: 'numbered',
    shape: { height: 1, width: 2, channels: 1 },
    images: Uint8Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i / 2 : 255 - (i - 1) / 2)),
  })
}

async function collect (batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = []
  for await (const batch of batches) all.push(batch)
  return all
}

t.test('an epoch covers the images once, shuffled, and leaves out what fills no batch', async t => {
  const dataset = numbered(103)
  const epoch = createEpoch(dataset, { batchSize: 10, seed: 7, epoch: 0 })
  t.equal(epoch.steps, 10)
  t.equal(batchesPerEpoch(dataset, 10), 10)
  const batches = await collect(epoch.batches())
  t.strictSame(batches.map(batch => batch.step), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  const seen = batches.flatMap(batch => [...batch.indices])
  t.equal(new Set(seen).size, 100)
  t.notSame(seen, [...seen].sort((a, b) => a - b))
  for (const { indices, images } of batches) {
    t.equal(images.length, 20)
    indices.forEach((index, i) => t.strictSame([images[2 * i], images[2 * i + 1]], [index, 255 - index]))
  }
})

t.test('the order depends on seed and epoch and on nothing else; a run resumes at any step', async t => {
  const order = async (seed: number, epoch: number, start?: number): Promise<string[]> =>
    (await collect(createEpoch(numbered(64), { batchSize: 8, seed, epoch }).batches(start))).map(batch =>
      batch.indices.join()
    )
  const first = await order(1, 0)
  t.strictSame(await order(1, 0), first)
  t.notSame(await order(2, 0), first)
  t.notSame(await order(1, 1), first)
  t.strictSame(await order(1, 0, 5), first.slice(5))
  t.strictSame(await order(1, 0, 8), [])
  const epoch = createEpoch(numbered(64), { batchSize: 8, seed: 1, epoch: 0 })
  t.equal((await epoch.read(6)).indices.join(), first[6])
})

t.test('over many epochs every image is left out about equally often', async t => {
  const dataset = numbered(15)
  const missing = new Array(15).fill(0)
  for (let epoch = 0; epoch < 300; epoch++) {
    const seen = new Set(
      (await collect(createEpoch(dataset, { batchSize: 10, seed: 3, epoch }).batches())).flatMap(batch => [
        ...batch.indices,
      ])
    )
    for (let i = 0; i < 15; i++) if (!seen.has(i)) missing[i]++
  }
  // Binomial(300, 1/3): 100 ± 8.2.
  t.ok(missing.every(n => Math.abs(n - 100) < 4 * 8.2), missing.join())
})

t.test('evaluation: all images in order, the last batch short', async t => {
  const batches = await collect(evaluationBatches(numbered(7), 3))
  t.strictSame(batches.map(batch => [...batch.indices]), [[0, 1, 2], [3, 4, 5], [6]])
  t.strictSame([...batches[2]!.images], [6, 249])
  t.strictSame((await collect(evaluationBatches(numbered(2), 5))).map(batch => batch.images.length), [4])
})

t.test('the next batch is being read while one is in use, never more', async t => {
  const base = numbered(40)
  let reads = 0
  const epoch = createEpoch(
    {
      ...base,
      read: (indices, out) => {
        reads++
        return base.read(indices, out)
      },
    },
    { batchSize: 10, seed: 1, epoch: 0 }
  )
  const batches = epoch.batches()
  t.equal(reads, 0)
  for (const expected of [2, 3, 4, 4]) {
    await batches.next()
    t.equal(reads, expected)
  }
  t.equal((await batches.next()).done, true)
})

t.test('a failing read is thrown in its turn, and leaving early waits for the read in flight', async t => {
  const base = numbered(40)
  let reads = 0
  let pending = 0
  const failing: ImageDataset = {
    ...base,
    async read (indices, out) {
      const fails = ++reads === 3
      pending++
      await setImmediate()
      pending--
      if (fails) throw new Error('disk gone')
      await base.read(indices, out)
    },
  }
  const good: number[] = []
  await t.rejects(async () => {
    for await (const batch of createEpoch(failing, { batchSize: 10, seed: 1, epoch: 0 }).batches()) {
      good.push(batch.step)
      // Until the prefetch has ended, whichever way.
      const isReading = () => pending > 0
      while (isReading()) await setImmediate()
    }
  }, { message: 'disk gone' })
  t.strictSame(good, [0, 1])

  const batches = evaluationBatches(failing, 10)
  t.match(await batches.next(), { value: { step: 0 } })
  t.equal(pending, 1)
  await batches.return()
  t.equal(pending, 0)
})

t.test('sizes and steps that can not be', async t => {
  const dataset = numbered(7)
  t.throws(() => createEpoch(dataset, { batchSize: 8, seed: 1, epoch: 0 }), {
    code: 'PVAE_DATA_EMPTY',
    message: 'expected at least 8 images, one batch, for numbered but found 7: lower the batch size or add images',
  })
  for (const batchSize of [0, -1, 1.5, NaN]) {
    t.throws(() => batchesPerEpoch(dataset, batchSize), {
      code: 'PVAE_CONFIG_INVALID',
      message: `expected an integer of at least 1 for the batch size but received ${batchSize}`,
    })
    t.throws(() => evaluationBatches(dataset, batchSize), { code: 'PVAE_CONFIG_INVALID' })
  }
  const epoch = createEpoch(dataset, { batchSize: 3, seed: 1, epoch: 0 })
  for (const step of [2, -1, 0.5]) {
    await t.rejects(epoch.read(step), {
      code: 'PVAE_INVALID_PARAMETER',
      message: `expected an integer from 0 to 1 for the step of an epoch but received ${step}`,
    })
  }
  t.throws(() => epoch.batches(3), { code: 'PVAE_INVALID_PARAMETER', message: /from 0 to 2 / })
})

/** Numbered images in pairs: the partner of i is i + 1, and the last `alone` images have none. */
function paired (count: number, alone: number, asked: PairAddress[] = []): ImageDataset {
  const base = numbered(count)
  return {
    ...base,
    pairs: {
      firsts: () => Uint32Array.from({ length: count - alone }, (_, i) => i),
      async readPartners (firsts, address, out) {
        asked.push(address)
        await base.read(firsts.map(first => first + 1), out)
      },
    },
  }
}

t.test('batches of pairs: half of each are first images, the other half their partners in the same order', async t => {
  const asked: PairAddress[] = []
  const dataset = paired(60, 12, asked)
  const epoch = createEpoch(dataset, { batchSize: 10, seed: 7, epoch: 2, pairs: { maxGap: 3 } })
  t.equal(epoch.steps, 6, 'as many as without pairs')
  const batches = await collect(epoch.batches())
  for (const { indices, images } of batches) {
    t.equal(indices.length, 5)
    t.equal(images.length, 20)
    indices.forEach((index, i) => t.strictSame([images[2 * i], images[10 + 2 * i]], [index, index + 1]))
  }
  t.equal(new Set(batches.flatMap(({ indices }) => [...indices])).size, 30, 'no image leads twice')
  for (const address of asked) t.match(address, { seed: 7, epoch: 2, maxGap: 3 })
  const again = createEpoch(dataset, { batchSize: 10, seed: 7, epoch: 2, pairs: { maxGap: 3 } })
  t.strictSame([...(await again.read(4)).indices], [...batches[4]!.indices])
  t.notSame(
    (await createEpoch(dataset, { batchSize: 10, seed: 7, epoch: 3, pairs: { maxGap: 3 } }).read(4)).indices,
    batches[4]!.indices
  )
})

t.test('few images that lead a pair: they lead again', async t => {
  const batches = await collect(
    createEpoch(paired(60, 50), { batchSize: 10, seed: 7, epoch: 0, pairs: { maxGap: 3 } }).batches()
  )
  const leads = new Array(10).fill(0)
  for (const { indices } of batches) for (const index of indices) leads[index]++
  t.strictSame(leads, new Array(10).fill(3))
})

t.test('it is told in which factor pairs differ, where that is known', async t => {
  const base = numbered(60)
  const values = Float64Array.from({ length: 120 }, (_, i) => i % 2 === 0 ? i / 2 % 6 : Math.floor(i / 12))
  const dataset = { ...base, factors: { names: ['a', 'b'], groups: { a: ['a'], b: ['b'] }, values } }
  const options = { batchSize: 10, seed: 7, epoch: 2, pairs: { maxGap: 3 } }
  const { images, differing } = await createEpoch(dataset, options).read(0)
  differing!.forEach((factor, i) => {
    const [a, b] = [images[2 * i]!, images[10 + 2 * i]!]
    const different = [0, 1].filter(k => values[2 * a + k] !== values[2 * b + k])
    t.strictSame(different, [factor], `images ${a} and ${b}`)
  })
  const own = { ...dataset, pairs: paired(60, 12).pairs! }
  t.equal((await createEpoch(own, options).read(0)).differing, undefined, 'a source\'s own pairs need not tell')
  const asked = createEpoch(own, { ...options, pairs: { maxGap: 3, oneFactor: true } })
  t.equal((await asked.read(0)).differing?.length, 5, 'unless they are asked to')
})

t.test('pairs that can not be', async t => {
  const options = { batchSize: 10, seed: 1, epoch: 0, pairs: { maxGap: 3 } }
  t.throws(() => createEpoch(numbered(60), options), {
    code: 'PVAE_CONFIG_INVALID',
    message:
      'expected images in pairs, as of clips, drawn scenes or known factors of a few values each, for pairs of ' +
        'numbered but received single images',
  })
  const known = { ...options, pairs: { maxGap: 3, oneFactor: true } }
  t.throws(() => createEpoch(paired(60, 0), known), {
    code: 'PVAE_CONFIG_INVALID',
    message:
      'expected known factors of a few values each, for pairs of numbered that differ in one, but received images ' +
        'without factors',
  })
  const measured = { names: ['a'], groups: { a: ['a'] }, values: Float64Array.from({ length: 300 }, (_, i) => i / 7) }
  t.throws(() => createEpoch({ ...numbered(300), factors: measured }, known), {
    code: 'PVAE_CONFIG_INVALID', message: /but received a, a measurement of more than 256 values/,
  })
  t.throws(() => createEpoch(paired(60, 0), { ...options, batchSize: 9 }), {
    code: 'PVAE_CONFIG_INVALID', message: 'expected an even number for the batch size of pairs but received 9',
  })
  t.throws(() => createEpoch(paired(60, 56), options), {
    code: 'PVAE_DATA_EMPTY',
    message:
      /expected at least 5 images with another at most 3 frames later in the same clip, or that differs in one factor, half a batch, for pairs of numbered but found 4/,
  })
})
