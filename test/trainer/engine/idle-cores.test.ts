import { availableParallelism, cpus } from 'node:os'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { idleCores } from '../../../trainer/engine/idle-cores.js'

t.test('as many as there are at most, and none where each computes', async t => {
  const before = await idleCores()
  t.ok(before >= 0, 'not below 0')
  t.ok(before <= cpus().length, 'not above the number of cores')
  if (availableParallelism() !== cpus().length) return t.comment('not all of the machine\'s cores are ours')
  const busy = Array.from({ length: availableParallelism() }, () => new Worker('for (;;);', { eval: true }))
  await Promise.all(busy.map(worker => new Promise(resolve => worker.once('online', resolve))))
  const during = await idleCores(300)
  await Promise.all(busy.map(worker => worker.terminate()))
  t.ok(during < 0.5 * cpus().length, 'all are busy', { before, during })
})
