import t from 'tap'
import { createJobQueue, type Job } from '../../../server/inference/queue.js'

const job = (n: number, other: Partial<Job> = {}) => ({ key: 'a', kind: 'encode', rows: 1, bytes: 10, n, ...other })
const numbers = (jobs: ReadonlyArray<{ n: number }>) => jobs.map(({ n }) => n)
const limits = () => ({ rows: 4, bytes: 100 })

t.test('the oldest job takes along what is like it', async t => {
  const queue = createJobQueue<ReturnType<typeof job>>({ jobs: 100, bytes: 1e6 })
  t.strictSame(queue.take(limits), [])
  const jobs = [job(1), job(2, { key: 'b' }), job(3, { kind: 'decode' }), job(4), job(5, { key: 'b' }), job(6)]
  for (const next of jobs) t.ok(queue.push(next))
  t.equal(queue.length, 6)
  t.strictSame(numbers(queue.take(limits)), [1, 4, 6])
  t.strictSame(numbers(queue.take(limits)), [2, 5])
  t.strictSame(numbers(queue.take(limits)), [3])
  t.equal(queue.length, 0)
})

t.test('takes no more jobs than are wanted, and names the oldest', async t => {
  const queue = createJobQueue<ReturnType<typeof job>>({ jobs: 100, bytes: 1e6 })
  t.equal(queue.oldest, undefined)
  for (const next of [job(1), job(2, { key: 'b' }), job(3), job(4)]) queue.push(next)
  t.equal(queue.oldest?.n, 1)
  t.strictSame(numbers(queue.take(limits, 2)), [1, 3])
  t.equal(queue.oldest?.n, 2)
  t.strictSame(numbers(queue.take(limits, 2)), [2])
  t.strictSame(numbers(queue.take(limits, 2)), [4])
})

t.test('a batch is bounded by rows and by bytes, and nobody overtakes', async t => {
  const queue = createJobQueue<ReturnType<typeof job>>({ jobs: 100, bytes: 1e6 })
  for (const next of [
    job(1, { rows: 2 }),
    job(2, { rows: 3 }),
    job(3),
    job(4, { rows: 64 }),
    job(5, { bytes: 95 }),
    job(6),
    job(7),
  ]) {
    queue.push(next)
  }
  const asked: string[] = []
  const ask = (key: string) => {
    asked.push(key)
    return limits()
  }
  t.strictSame(numbers(queue.take(ask)), [1], '3 has room, but 2 came first')
  t.strictSame(asked, ['a'])
  t.strictSame(numbers(queue.take(limits)), [2, 3])
  t.strictSame(numbers(queue.take(limits)), [4], 'larger than a batch: alone')
  t.strictSame(numbers(queue.take(limits)), [5])
  t.strictSame(numbers(queue.take(limits)), [6, 7])
})

t.test('bounded by jobs', async t => {
  const queue = createJobQueue<ReturnType<typeof job>>({ jobs: 2, bytes: 1e6 })
  t.ok(queue.push(job(1)))
  t.notOk(queue.full)
  t.ok(queue.push(job(2)))
  t.ok(queue.full)
  t.notOk(queue.push(job(3)))
  queue.take(limits)
  t.ok(queue.push(job(4)))
})

t.test('bounded by bytes: below the bound any job is taken', async t => {
  const queue = createJobQueue<ReturnType<typeof job>>({ jobs: 100, bytes: 50 })
  const large = job(1, { bytes: 400 })
  t.ok(queue.push(large))
  t.notOk(queue.push(job(2)))
  queue.remove(job(3)) // not in there
  t.ok(queue.full)
  queue.remove(large)
  t.notOk(queue.full)
  t.ok(queue.push(job(4)))
  t.equal(queue.length, 1)
})

t.test('drained: all, in order, and usable afterwards', async t => {
  const queue = createJobQueue<ReturnType<typeof job>>({ jobs: 3, bytes: 30 })
  for (const n of [1, 2, 3]) queue.push(job(n, { key: String(n) }))
  t.strictSame(numbers(queue.drain()), [1, 2, 3])
  t.equal(queue.length, 0)
  t.notOk(queue.full)
  t.ok(queue.push(job(4)))
})
