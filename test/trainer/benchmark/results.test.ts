import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { contestantsOf, runsOf } from '../../../trainer/benchmark/contestants.js'
import {
  checkSameData, checkSameRun, describeMachine, readResults, writeResult,
} from '../../../trainer/benchmark/results.js'
import { resultOf } from './fixture.js'

const runs = runsOf(contestantsOf({ preset: 'mnist', models: ['mnist', 'beta-vae'], overrides: [] }), 0, 1)
const [mnist] = runs

t.test('what is written is read, by name', async t => {
  const directory = t.testdir()
  t.equal((await readResults(directory)).size, 0, 'nothing yet')
  const results = [resultOf('b', 0, { mse: 1 }), resultOf('a', 1, { error: 'diverged' })]
  for (const result of results) await writeResult(directory, result)
  t.strictSame([...await readResults(directory)], [['a-seed-1', results[1]], ['b-seed-0', results[0]]])
})

t.test('what was written before an option came has its default', async t => {
  const [slots] = runsOf(contestantsOf({ preset: 'multi-dsprites', models: ['multi-dsprites'], overrides: [] }), 0, 1)
  const { asked } = slots!.contestant
  const result = resultOf('multi-dsprites', 0, { mse: 1 }, { asked, model: asked.model })
  const directory = t.testdir()
  const written = JSON.parse(JSON.stringify(result))
  for (const model of [written.asked.model, written.model]) delete model.colours
  await writeResult(directory, written)
  const read = (await readResults(directory)).get(result.run)!
  t.strictSame(read.model, result.model)
  t.doesNotThrow(() => checkSameRun(slots!, { ...read, asked: { ...read.asked, seed: asked.seed } }))
})

t.test('a file that is no result is named', async t => {
  const directory = t.testdir()
  await mkdir(join(directory, 'results'))
  await writeFile(join(directory, 'results', 'x.json'), '{')
  await t.rejects(readResults(directory), { code: 'PVAE_CONFIG_INVALID', message: /results\/x\.json/ })
})

t.test('a run that is over must be the one that is asked for', async t => {
  const { asked } = mnist!.contestant
  const result = resultOf('mnist', 0, { mse: 1 }, { asked })
  t.doesNotThrow(() => checkSameRun(mnist!, result))
  t.doesNotThrow(() => checkSameRun(mnist!, JSON.parse(JSON.stringify(result))), 'also as it is read')
  const other = { ...result, asked: { ...asked, fit: { ...asked.fit, epochs: 3 } } }
  t.throws(() => checkSameRun(mnist!, other), {
    code: 'PVAE_CONFIG_INVALID',
    message: /expected 3, as the benchmark began, for fit\.epochs of the run mnist-seed-0 but received 20; begin another/,
  })
})

t.test('results of other images belong into another table', async t => {
  const { asked } = mnist!.contestant
  const same = new Map([['mnist-seed-7', resultOf('mnist', 7, { mse: 1 }, { asked })]])
  t.doesNotThrow(() => checkSameData(runs, same))
  const other = new Map([['x-seed-0', resultOf('x', 0, { mse: 1 })]])
  t.throws(() => checkSameData(runs, other), {
    message: /expected "idx", which the run x-seed-0 of this benchmark has, for data\.source but received "mnist"/,
  })
})

t.test('the machine is said with all versions', async t => {
  const { processor, cores, threads, packages } = describeMachine(1)
  t.ok(processor.length > 0, processor)
  t.ok(cores >= 1, String(cores))
  t.equal(threads, 1)
  t.equal(packages['node'], process.version)
})
