import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { checkRoom, checkWritable } from '../../../trainer/run/output-checks.js'

t.test('a place that can be written to, made or not: nothing is left behind', async t => {
  const root = t.testdir({ there: {} })
  await checkWritable(join(root, 'there'))
  await checkWritable(join(root, 'not', 'yet', 'there'))
  t.strictSame(await readdir(root), ['there'])
  t.strictSame(await readdir(join(root, 'there')), [])
})

t.test('a file in the way, above or at the place', async t => {
  const root = t.testdir({ file: 'a file' })
  for (const path of [join(root, 'file'), join(root, 'file', 'below', 'it')]) {
    await t.rejects(checkWritable(path), {
      code: 'PVAE_OUTPUT_UNWRITABLE',
      message: `expected to write ${path} but found a file where a folder should be (ENOTDIR)`,
    })
  }
})

t.test('room for the checkpoints of a run', async t => {
  const array = { shape: [1000], values: new Float32Array(1000) }
  const state = { weights: { w: array }, firstMoments: { w: array }, secondMoments: { w: array }, statistics: {} }
  await checkRoom(t.testdir(), state)
  await checkRoom('/somewhere', state, async () => 48_000)
  await t.rejects(
    checkRoom('/somewhere', state, async () => 40_000),
    {
      code: 'PVAE_OUTPUT_UNWRITABLE',
      message: 'expected room for 0.0 MB of checkpoints in /somewhere but found 0.0 MB (ENOSPC)',
    }
  )
})
