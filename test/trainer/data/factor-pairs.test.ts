import t from 'tap'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import { createFactorPairs, type FactorPairs } from '../../../trainer/data/factor-pairs.js'
import { openRooms3d } from '../../../trainer/data/drawn/rooms3d.js'

/** Images of one pixel that is the image's number, with rows of factors. */
function datasetOf (rows: ReadonlyArray<readonly number[]>): ImageDataset {
  const names = rows[0]!.map((_, k) => `f${k}`)
  return {
    name: 'numbers',
    shape: { height: 1, width: 1, channels: 1 },
    count: rows.length,
    fingerprint: 'numbers',
    factors: { names, groups: {}, values: Float64Array.from(rows.flat()) },
    async read (indices, out) { indices.forEach((index, i) => { out[i] = index }) },
    async close () {},
  }
}

function pairsOf (dataset: ImageDataset): FactorPairs {
  const pairs = createFactorPairs(dataset)
  if (typeof pairs === 'string') throw new Error(pairs)
  return pairs
}

const address = { maxGap: 1, seed: 3, epoch: 2 }

t.test('a partner differs in one factor, each of them in turn, and is an image of the data set', async t => {
  // All combinations of 3, 4 and 2 values, of which every fifth is missing; and one that is alone.
  const all = Array.from({ length: 24 }, (_, i) => [i % 3 * 0.5, Math.floor(i / 3) % 4 - 2, Math.floor(i / 12)])
  const rows = [...all.filter((_, i) => i % 5 !== 0), [9, 9, 9]]
  const pairs = pairsOf(datasetOf(rows))
  const firsts = pairs.firsts(address)
  t.strictSame([...firsts], rows.slice(0, -1).map((_, i) => i), 'all but the one that is alone')
  firsts.slice().forEach((first, i) => { pairs.firsts(address)[i] = first + 1 })
  t.strictSame(pairs.firsts(address), firsts, 'the same again, whatever was done with them')
  const differing = new Set<number>()
  for (let epoch = 0; epoch < 20; epoch++) {
    const partners = new Uint8Array(firsts.length)
    await pairs.readPartners(firsts, { ...address, epoch }, partners)
    const told = pairs.factorsOf(firsts, { ...address, epoch })
    firsts.forEach((first, i) => {
      const different = [0, 1, 2].filter(k => rows[first]![k] !== rows[partners[i]!]![k])
      t.strictSame(different, [told[i]], `${rows[first]!.join()} and ${rows[partners[i]!]!.join()}`)
      differing.add(different[0]!)
    })
  }
  t.equal(differing.size, 3)
})

t.test('of several images with the same factors, each may be the partner', async t => {
  const rows = [[0, 0], [0, 1], [0, 1], [0, 1], [1, 1]]
  const pairs = pairsOf(datasetOf(rows))
  const partners = new Set<number>()
  for (let epoch = 0; epoch < 50; epoch++) {
    const out = new Uint8Array(1)
    await pairs.readPartners(Uint32Array.of(0), { ...address, epoch }, out)
    partners.add(out[0]!)
  }
  t.strictSame([...partners].sort(), [1, 2, 3])
})

t.test('which one is decided by seed, epoch and image alone', async t => {
  const rows = Array.from({ length: 30 }, (_, i) => [i % 5, Math.floor(i / 5)])
  const partnersOf = async (firsts: number[], epoch: number) => {
    const out = new Uint8Array(firsts.length)
    await pairsOf(datasetOf(rows)).readPartners(Uint32Array.from(firsts), { ...address, epoch }, out)
    return [...out]
  }
  const all = await partnersOf(Array.from({ length: 30 }, (_, i) => i), 1)
  t.strictSame(await partnersOf([7, 3, 29], 1), [all[7], all[3], all[29]])
  t.notSame(await partnersOf(Array.from({ length: 30 }, (_, i) => i), 2), all)
})

t.test('measurements and unknown factors have none', async t => {
  t.equal(createFactorPairs(datasetOf(Array.from({ length: 300 }, (_, i) => [i % 2, i / 7]))),
    'f1, a measurement of more than 256 values')
  const { factors, ...unknown } = datasetOf([[1], [2]])
  t.ok(factors)
  t.equal(createFactorPairs(unknown), 'images without factors')
  const many = Array.from({ length: 100 }, (_, i) => Array.from({ length: 20 }, (_, k) => (i + k) % 10))
  t.equal(createFactorPairs(datasetOf(many)), '20 factors of 1.0e+20 combinations')
})

t.test('an image without a partner is refused', async t => {
  const pairs = pairsOf(datasetOf([[0, 0], [0, 1], [5, 5]]))
  await t.rejects(pairs.readPartners(Uint32Array.of(2), address, new Uint8Array(1)),
    { code: 'PVAE_INVALID_PARAMETER', message: /differs in one factor for a pair of numbers but received image 2/ })
})

t.test('rooms come in pairs', async t => {
  const { train } = await openRooms3d({ source: 'rooms3d', count: 3000, testCount: 10, seed: 1 })
  const pairs = pairsOf(train)
  const firsts = pairs.firsts(address)
  t.ok(firsts.length > 500, `${firsts.length} of 3000 have another that differs in one factor`)
})
