import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readPlan, writePlan } from '../../../collections/encode/plan.js'
import { temporaryFolder } from '../pictures.js'

async function * names (count: number) {
  for (let n = 0; n < count; n++) yield `${n}\n.png`
}

t.test('of a few pictures every shard has 256, but for the last', async t => {
  const folder = await temporaryFolder(t)
  t.strictSame(await writePlan(folder, names(300)), { images: 300, shards: 2 })
  const lengths = [(await readPlan(folder, 0)).length, (await readPlan(folder, 1)).length]
  t.strictSame(lengths, [256, 44])
  t.strictSame((await readPlan(folder, 1))[0], '256\n.png')
})

t.test('a plan that is not wanted any more is not written over the one that is', async t => {
  const folder = await temporaryFolder(t)
  await writePlan(folder, names(3), { shardSize: 2 })
  t.equal(await writePlan(folder, names(9), { shardSize: 9, isWanted: async () => false }), undefined)
  t.strictSame(await readPlan(folder, 0), ['0\n.png', '1\n.png'])
  t.strictSame((await readdir(folder, { recursive: true })).sort(), [
    'list', join('list', 'shard-00000.json'), join('list', 'shard-00001.json'),
  ], 'and nothing stays of it')
})
