import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Checkpoint } from '../../../trainer/fit/checkpoint.js'
import { openCheckpoints } from '../../../trainer/fit/checkpoints.js'
import { emptySums } from '../../../trainer/fit/epoch-sums.js'
import { tinyConfig } from './run-fixture.js'

const at = (step: number): Checkpoint => ({
  state: {
    weights: { w: { shape: [2], values: Float32Array.of(step, 1) } },
    firstMoments: {},
    secondMoments: {},
    statistics: {},
    step,
  },
  config: tinyConfig(),
  dataFingerprint: 'abc',
  epochSums: emptySums(3),
  trainedSeconds: step,
})
const fail = (error: Error) => { throw error }

t.test('keeps the last two and the final one; the one with most steps is the latest', async t => {
  const checkpoints = openCheckpoints(join(t.testdir(), 'checkpoints'))
  t.equal(await checkpoints.loadLatest(fail), undefined, 'none yet')
  for (const step of [5, 10, 100]) await checkpoints.save(at(step))
  await checkpoints.save(at(120), { final: true })
  t.strictSame((await readdir(checkpoints.directory)).sort(), [
    'final.safetensors',
    'step-0000000010.safetensors',
    'step-0000000100.safetensors',
  ])
  t.equal((await checkpoints.loadLatest(fail))?.checkpoint.state.step, 120)
  await checkpoints.save(at(150))
  t.match(
    await checkpoints.loadLatest(fail),
    { checkpoint: at(150), path: /step-0000000150\.safetensors$/ },
    'a run that goes on after its final one'
  )
})

t.test('a damaged one is refused, told, and the one before it used', async t => {
  const checkpoints = openCheckpoints(t.testdir({ 'notes.txt': 'not a checkpoint' }))
  await checkpoints.save(at(1))
  const second = await checkpoints.save(at(2))
  const bytes = await readFile(second)
  await truncate(second, bytes.length - 3)
  const told: string[] = []
  const latest = await checkpoints.loadLatest(error => told.push(`${error.code} ${error.message}`))
  t.equal(latest?.checkpoint.state.step, 1)
  t.equal(told.length, 1)
  t.match(told[0], /PVAE_CHECKPOINT_INVALID .*step-0000000002\.safetensors/)
  await writeFile(latest!.path, 'gone')
  await t.rejects(
    checkpoints.loadLatest(fail),
    { code: 'PVAE_CHECKPOINT_INVALID' },
    'none is whole: starting over silently would lose the run'
  )
})

t.test('a folder that can\'t be read or written is an error', async t => {
  const file = join(t.testdir({ file: 'a file' }), 'file')
  await t.rejects(openCheckpoints(file).loadLatest(fail), { code: 'ENOTDIR' })
  await t.rejects(openCheckpoints(file).save(at(1)), { code: 'PVAE_OUTPUT_UNWRITABLE' })
  const folders = t.testdir({ 'final.safetensors': {} })
  await t.rejects(openCheckpoints(folders).loadLatest(fail), { code: 'EISDIR' })
})
