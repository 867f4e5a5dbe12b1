import t from 'tap'
import { bytesFromUnit } from '@partition-vae/models'
import { createEpoch, openDataset, selectFactors, type ImageDataset } from '../../../../trainer/data/index.js'
import { createSceneDataset } from '../../../../trainer/data/table-tennis/dataset.js'
import { FACTORS } from '../../../../trainer/data/table-tennis/factors.js'
import { renderScene } from '../../../../trainer/data/table-tennis/render.js'
import type { TableTennisConfig } from '../../../../trainer/data/source-config/drawn.js'

const SIZE = 24 * 32 * 3
const config: TableTennisConfig = { source: 'table-tennis', count: 60, testCount: 20, height: 24, width: 32, seed: 5 }

async function read (dataset: ImageDataset, indices: number[]): Promise<Uint8Array> {
  const out = new Uint8Array(indices.length * SIZE)
  await dataset.read(Uint32Array.from(indices), out)
  return out
}

/** strictSame takes minutes for so many bytes. */
function same (a: Uint8Array | Float32Array, b: Uint8Array | Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}

t.test('scenes with their factors, objects and splits', async t => {
  const { train, test, skipped } = await openDataset(config)
  t.match(train, {
    name: 'table-tennis/train',
    count: 60,
    shape: { height: 24, width: 32, channels: 3 },
    fingerprint: /^[0-9a-f]{64}$/,
  })
  t.match(test, { name: 'table-tennis/test', count: 20 })
  t.strictSame(skipped, [])
  const { names, groups, values } = train.factors!
  t.strictSame(Object.keys(groups), ['A', 'B', 'table', 'ball', 'background', 'light'])
  t.strictSame(Object.values(groups).flat(), names)
  t.strictSame(groups['ball'], ['ball/x', 'ball/y', 'ball/radius'])
  t.equal(values.length, 60 * 18)
  values.forEach((value, i) => {
    const [low, high] = FACTORS[i % 18]!.range
    if (value < Math.fround(low) || value > Math.fround(high)) t.fail(`${names[i % 18]}: ${value}`)
  })
  const trainRows = new Set(Array.from({ length: 60 }, (_, i) => values.subarray(18 * i, 18 * i + 18).join()))
  t.equal(trainRows.size, 60)
  for (let i = 0; i < 20; i++) {
    t.notOk(
      trainRows.has(test.factors!.values.subarray(18 * i, 18 * i + 18).join()),
      'no test scene is a training scene'
    )
  }
  await train.close()
})

t.test('a picture is its factors\' picture, whatever was read before and whether pictures are kept', async t => {
  const kept = createSceneDataset({
    stream: 'train',
    count: 60,
    seed: 5,
    shape: { height: 24, width: 32, channels: 3 },
  })
  const fleeting = createSceneDataset({
    stream: 'train',
    count: 60,
    seed: 5,
    shape: { height: 24, width: 32, channels: 3 },
    maxKeptBytes: 0,
  })
  const indices = [7, 59, 7, 0]
  const first = await read(kept, indices)
  const all = await read(kept, Array.from({ length: 60 }, (_, i) => i))
  const expected = kept.factors!
  indices.forEach((index, i) => {
    const picture = bytesFromUnit(
      renderScene(selectFactors(expected, Uint32Array.of(index)), { height: 24, width: 32 }).image
    )
    t.ok(same(first.subarray(i * SIZE, (i + 1) * SIZE), picture))
    t.ok(same(all.subarray(index * SIZE, (index + 1) * SIZE), picture))
  })
  t.ok(same(await read(kept, indices), first), 'from memory')
  t.ok(same(await read(fleeting, indices), first), 'drawn anew')
  t.strictSame(fleeting.factors!.values, kept.factors!.values)
  t.equal(fleeting.fingerprint, kept.fingerprint)
  await t.rejects(kept.read(Uint32Array.of(60), new Uint8Array(SIZE)), {
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected an index below 60 for table-tennis/train but received 60',
  })
})

t.test('a longer data set begins with the shorter one; every setting changes the fingerprint', async t => {
  const longer = await openDataset({ ...config, count: 100 })
  const base = await openDataset(config)
  t.strictSame(longer.train.factors!.values.slice(0, 60 * 18), base.train.factors!.values)
  const fingerprints = [base.train, base.test, longer.train]
  for (const change of [{ seed: 6 }, { height: 48, width: 64 }]) {
    fingerprints.push((await openDataset({ ...config, ...change })).train)
  }
  t.equal(new Set(fingerprints.map(({ fingerprint }) => fingerprint)).size, 5)
})

t.test('the scene: any factors, objects left out, masks', async t => {
  const { train } = await openDataset(config)
  const scene = train.scene!
  t.strictSame(scene.objects, ['B', 'table', 'A', 'ball'].map(name => ({ name, group: name })))
  for (const { group } of scene.objects) t.ok(group in train.factors!.groups)
  const rows = selectFactors(train.factors!, Uint32Array.of(3, 11))
  t.ok(same(scene.render(rows), await read(train, [3, 11])))
  const withoutA = bytesFromUnit(renderScene(rows.subarray(18), { height: 24, width: 32, skip: ['A'] }).image)
  t.ok(same(scene.render(rows.subarray(18), { skip: ['A'] }), withoutA))
  const masks = scene.masks(rows)
  t.strictSame(Object.keys(masks), ['B', 'table', 'A', 'ball'])
  const { masks: second } = renderScene(rows.subarray(18), { height: 24, width: 32, masks: true })
  for (const [name, mask] of Object.entries(second)) t.ok(same(masks[name]!.subarray(24 * 32), mask), name)
  const wrong = {
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected rows of 18 numbers for the factors of scenes but received 35 in all',
  }
  t.throws(() => scene.render(rows.subarray(1)), wrong)
  t.throws(() => scene.masks(rows.subarray(1)), wrong)
  t.throws(() => scene.render(rows, { skip: ['net'] }), { code: 'PVAE_INVALID_PARAMETER' })
})

t.test('batches of pairs: first scenes, then scenes that differ in a few groups', async t => {
  const { train } = await openDataset(config)
  const options = { batchSize: 8, seed: 1, epoch: 2, pairs: { maxGap: 1 } }
  const { steps, read: readStep } = createEpoch(train, options)
  t.equal(steps, 7)
  const { indices, images } = await readStep(3)
  t.equal(indices.length, 4)
  t.equal(images.length, 8 * SIZE)
  t.ok(same(images.subarray(0, 4 * SIZE), await read(train, [...indices])))
  for (let i = 0; i < 4; i++) {
    const [a, b] = [i, i + 4].map(at => images.subarray(at * SIZE, (at + 1) * SIZE))
    t.notOk(same(a!, b!), 'a pair differs')
  }
  t.ok(same((await createEpoch(train, options).read(3)).images, images), 'the same at every asking')
  const other = new Uint8Array(4 * SIZE)
  await train.pairs!.readPartners(indices, { seed: 1, epoch: 3, maxGap: 1 }, other)
  t.notOk(same(other, images.subarray(4 * SIZE)), 'another epoch, other partners')
  await t.rejects(train.pairs!.readPartners(Uint32Array.of(60), { seed: 1, epoch: 0, maxGap: 1 }, other), {
    code: 'PVAE_INVALID_PARAMETER',
  })
})

t.test('only 4:3', async t => {
  await t.rejects(openDataset({ ...config, width: 24 }), {
    code: 'PVAE_CONFIG_INVALID',
    message:
      'expected a width of 4/3 of the height, in whole pixels for the size of a table-tennis scene but received 24 ' +
        '× 24 (height × width)',
  })
})
