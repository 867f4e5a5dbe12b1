import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { shippedRepository } from '../../../server/settings/table.js'
import { chooseWorkers, estimateMemory, measureGraphs } from '../../../server/inference/worker-count.js'

const MIB = 2 ** 20
const graphs = (mebibytes: number) => ({ graphs: mebibytes * MIB, indexes: 0 })
const roomy = { cores: 4, quotaFile: undefined, memory: 64 * 2 ** 30, memoryFile: undefined }

t.test('as many workers as there are cores; short jobs leave one core to the main thread', async t => {
  t.match(chooseWorkers(0, roomy, graphs(20)), {
    workers: 4, shortAtOnce: 3, reason: '4 cores (that it may run on)', tight: false,
  })
  t.match(chooseWorkers(0, { ...roomy, cores: 1 }, graphs(20)), {
    workers: 1, shortAtOnce: 1, reason: '1 core (that it may run on)',
  })
  t.match(chooseWorkers(0, { ...roomy, cores: 2, quotaFile: '/cpu.max' }, graphs(20)), {
    workers: 2, shortAtOnce: 1, reason: '2 cores (/cpu.max)',
  })
})

t.test('two workers share their weights already', async t => {
  const copies = [1, 2, 3].map(workers =>
    (estimateMemory(workers, graphs(1)) - estimateMemory(workers, graphs(0))) / MIB)
  t.strictSame(copies, [4, 6, 7.5])
})

t.test('as few as memory needs', async t => {
  const small = { cores: 32, quotaFile: undefined, memory: 1024 * MIB, memoryFile: '/memory.max' }
  const { workers, estimate, reason } = chooseWorkers(0, small, graphs(23))
  t.ok(workers > 1, 'several fit')
  t.ok(workers < 32, 'but not all')
  t.equal(reason, 'the memory of 1024 MiB (/memory.max)')
  t.ok(estimate <= 0.85 * small.memory, 'it leaves room for images')
  t.ok(estimateMemory(workers + 1, graphs(23)) > 0.85 * small.memory, 'one more would not')
  t.match(chooseWorkers(0, { ...small, memory: 100 * MIB }, graphs(23)), { workers: 1, tight: true })
})

t.test('what indexes take is not there for workers', async t => {
  const small = { cores: 32, quotaFile: undefined, memory: 1024 * MIB, memoryFile: '/memory.max' }
  const without = chooseWorkers(0, small, graphs(23))
  const beside = chooseWorkers(0, small, { ...graphs(23), indexes: 200 * MIB })
  t.equal(without.workers - beside.workers, 2, '200 MiB are two workers of 90')
  t.equal(estimateMemory(4, { ...graphs(23), indexes: 200 * MIB }) - estimateMemory(4, graphs(23)), 200 * MIB)
})

t.test('as many as are asked for, and whether that is too many', async t => {
  const small = { ...roomy, memory: 1024 * MIB }
  t.match(chooseWorkers(16, small, graphs(23)), { workers: 16, shortAtOnce: 3, reason: 'PVAE_WORKERS', tight: true })
  t.match(chooseWorkers(2, small, graphs(23)), { workers: 2, reason: 'PVAE_WORKERS', tight: false })
})

t.test('the graphs that are to be served are measured', async t => {
  const repository = openRepository(shippedRepository())
  const all = await measureGraphs(repository, [])
  const one = await measureGraphs(repository, [{ name: 'mnist', version: undefined }])
  const { encoder, decoder } = await repository.open('mnist')
  t.equal(one, encoder.length + decoder.length)
  t.ok(all > one, 'more models, more bytes')
  t.equal(await measureGraphs(openRepository('/nothing/there'), []), 0)
})
