import t from 'tap'
import { createMemoryDataset } from '../../../../trainer/data/index.js'
import { createClipPairs, folderOf, naturalKey, orderClips } from '../../../../trainer/data/folder/clips.js'
import type { Pairs } from '../../../../trainer/data/dataset.js'

/** Pairs of images of one pixel, which holds the slot. */
function pairsOf (
  paths: readonly string[],
  slots = paths.map((_, i) => i)
): { pairs: Pairs; partner: (first: number, maxGap: number, seed?: number) => Promise<number> } {
  const dataset = createMemoryDataset({
    name: 'clips',
    shape: { height: 1, width: 1, channels: 1 },
    images: Uint8Array.from(slots),
  })
  const pairs = createClipPairs({ dataset, slots: Uint32Array.from(slots), clips: () => orderClips(paths, folderOf) })
  return {
    pairs,
    async partner (first, maxGap, seed = 0) {
      const out = new Uint8Array(1)
      await pairs.readPartners(Uint32Array.of(first), { maxGap, seed, epoch: 0 }, out)
      return out[0]!
    },
  }
}

t.test('natural order: as people count', async t => {
  const names = ['frame1', 'frame2', 'frame02', 'frame10', 'frame010', 'frame100', 'framé', 'g0', 'g1b2', 'g1b10', 'g2']
  t.strictSame(
    [...names]
      .reverse()
      .sort((a, b) =>
        naturalKey(a) < naturalKey(b) ? -1 : naturalKey(a) > naturalKey(b) ? 1 : names.indexOf(a) - names.indexOf(b)
      ),
    names
  )
  t.equal(naturalKey('a000'), naturalKey('a0'))
  t.ok(naturalKey(`a${'9'.repeat(50)}`) < naturalKey(`a1${'0'.repeat(50)}`))
})

t.test('clips are folders, their frames neighbours in natural order', async t => {
  const paths = ['a/f10.png', 'a/f2.png', 'a/f3.png', 'a/sub/f1.png', 'b/f1.png', 'top.png']
  const { clip, rank } = orderClips(paths, folderOf)
  t.strictSame([...rank], [3, 1, 2, 4, 5, 0])
  t.strictSame([...clip], [1, 1, 1, 2, 3, 0])
  t.strictSame(paths.map(folderOf), ['a/', 'a/', 'a/', 'a/sub/', 'b/', ''])
})

t.test('partners: later frames within the gap, never of another clip, each equally likely, the same at every ' +
  'asking', async t => {
  const paths = [
    ...Array.from({ length: 10 }, (_, i) => `a/${i}.png`),
    ...Array.from({ length: 4 }, (_, i) => `b/${i}.png`),
  ]
  const { pairs, partner } = pairsOf(paths)
  t.strictSame(
    [...pairs.firsts({ maxGap: 5 })],
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12],
    'the last frame of a clip leads no pair'
  )
  const counts = new Map<number, number>()
  for (let seed = 0; seed < 600; seed++) {
    const found = await partner(2, 3, seed)
    counts.set(found, (counts.get(found) ?? 0) + 1)
  }
  t.strictSame([...counts.keys()].sort(), [3, 4, 5])
  // Binomial(600, 1/3): 200 ± 11.5.
  for (const [found, count] of counts) t.ok(Math.abs(count - 200) < 46, `frame ${found} ${count} times`)
  for (let seed = 0; seed < 50; seed++) {
    t.equal(await partner(8, 5, seed), 9)
    t.ok(await partner(10, 5, seed) > 10)
  }
  t.equal(await partner(2, 3, 7), await partner(2, 3, 7))
})

t.test('frames held out count as distance, but are no partners', async t => {
  const paths = Array.from({ length: 10 }, (_, i) => `${i}.png`)
  // The data set has frames 0, 3, 4 and 9.
  const { pairs, partner } = pairsOf(paths, [0, 3, 4, 9])
  t.strictSame([...pairs.firsts({ maxGap: 1 })], [1])
  t.strictSame([...pairs.firsts({ maxGap: 3 })], [0, 1])
  t.strictSame([...pairs.firsts({ maxGap: 5 })], [0, 1, 2])
  t.equal(await partner(0, 3), 3)
  t.equal(await partner(2, 5), 9)
  await t.rejects(partner(2, 4), {
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected an image with a later frame in its clip for a pair of clips but received image 2',
  })
  await t.rejects(partner(9, 4), { code: 'PVAE_INVALID_PARAMETER', message: /expected an index below 4/ })
  for (const maxGap of [0, 1.5, NaN]) {
    t.throws(() => pairs.firsts({ maxGap }), {
      code: 'PVAE_INVALID_PARAMETER',
      message: `expected an integer of at least 1 for maxGap but received ${maxGap}`,
    })
  }
})
