import t from 'tap'
import { neighboursSay } from '../../../../trainer/measure/classification/nearest-neighbours.js'
import { lineSays } from '../../../../trainer/measure/classification/logistic.js'
import { correlatePosteriors } from '../../../../trainer/measure/disentanglement/posterior-total-correlation.js'
import { regressByTrees } from '../../../../trainer/measure/disentanglement/tree-importance.js'
import { UNPACED } from '../../../../trainer/measure/pace.js'
import { countJobs, workHere } from '../../../../trainer/measure/work/job.js'
import { startWork } from '../../../../trainer/measure/work/threads.js'
import { randomTable } from '../disentanglement/data.js'

const train = randomTable(300, 4, 1)
const queries = randomTable(50, 4, 2)
const classes = 3
const labels = Uint8Array.from({ length: train.rows }, (_, row) => Math.floor(classes * train.values[row * 4]!))
const rows = Uint32Array.from({ length: train.rows }, (_, row) => row)
const trees = { means: train, table: train, train: rows.subarray(100), test: rows.subarray(0, 100) }
const posteriors = {
  samples: train.values,
  means: train.values,
  logVariances: new Float32Array(train.values.length),
  partitions: [{ name: 'a', offset: 0, size: 2 }, { name: 'b', offset: 2, size: 2 }],
  seed: 0,
}

t.test('whoever does the jobs, one thread or several, the bits are the same', async t => {
  const jobs = [0, 1, 2].flatMap(column => [
    (work: ReturnType<typeof workHere>) => work.run(regressByTrees, { ...trees, column }),
    (work: ReturnType<typeof workHere>) =>
      work.run(neighboursSay, { train, labels, queries, classes, neighbours: 1 + column }),
    (work: ReturnType<typeof workHere>) => work.run(lineSays, { train, labels, queries, classes }),
  ])
  const told: number[][] = []
  const here = countJobs(workHere(), (...counts) => told.push(counts))
  const expected = await Promise.all(jobs.map(job => job(here)))
  t.strictSame(told.at(-1), [9, 9])
  t.strictSame(expected[1], await neighboursSay.compute({ train, labels, queries, classes, neighbours: 1 }, UNPACED))
  for (const threads of [1, 2, 4]) {
    const shared = startWork({ threads })
    t.strictSame(await Promise.all(jobs.map(job => job(shared))), expected, `${threads} threads`)
    t.equal(await shared.run(correlatePosteriors, posteriors), await workHere().run(correlatePosteriors, posteriors))
    await shared.close()
  }
})

t.test('what a job throws is thrown with its code, and its thread goes on', async t => {
  const shared = startWork({ threads: 2 })
  t.teardown(() => shared.close())
  const wrong = { ...posteriors, samples: new Float32Array(3) }
  await t.rejects(shared.run(correlatePosteriors, wrong), {
    name: 'TrainerError',
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected 1200 values for samples but received 3',
  })
  t.type(await shared.run(correlatePosteriors, posteriors), 'number')
})

t.test('once the signal is aborted all fails with its reason, begun or not', async t => {
  const abort = new AbortController()
  const shared = startWork({ threads: 2, signal: abort.signal })
  t.teardown(() => shared.close())
  const many = Array.from({ length: 20 }, (_, i) => shared.run(regressByTrees, { ...trees, column: i % 4 }))
  abort.abort()
  const ends = await Promise.allSettled(many)
  t.ok(ends.some(({ status }) => status === 'rejected'))
  for (const end of ends) if (end.status === 'rejected') t.match(end.reason, { name: 'AbortError' })
  await t.rejects(shared.run(correlatePosteriors, posteriors), { name: 'AbortError' })
})
