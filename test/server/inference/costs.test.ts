import t from 'tap'
import { createCosts } from '../../../server/inference/costs.js'

const job = (other: { key?: string, kind?: string, bytes?: number } = {}) =>
  ({ key: 'a/1', kind: 'encode', rows: 1, bytes: 500, ...other })

t.test('jobs are long when those like them took more than a millisecond each, and short until then', async t => {
  const costs = createCosts()
  t.notOk(costs.long(job()), 'not seen yet')
  costs.learn([job(), job()], 1.9)
  t.notOk(costs.long(job()), 'less than a millisecond each')
  costs.learn([job({ bytes: 60_000 })], 4)
  t.ok(costs.long(job({ bytes: 60_000 })))
  t.ok(costs.long(job({ bytes: 50_000 })), 'nearly as large')
  t.notOk(costs.long(job()), 'small ones of the same model stay short')
  t.notOk(costs.long(job({ kind: 'decode', bytes: 60_000 })), 'another kind')
  t.notOk(costs.long(job({ key: 'b/1', bytes: 60_000 })), 'another model')
})

t.test('one slow batch does not make short jobs long; many do, and become short again', async t => {
  const costs = createCosts()
  const take = (milliseconds: number, times: number) => {
    for (let i = 0; i < times; i++) costs.learn([job()], milliseconds)
  }
  take(0.2, 5)
  take(4, 1)
  t.notOk(costs.long(job()), 'a pause')
  take(4, 10)
  t.ok(costs.long(job()))
  take(0.2, 20)
  t.notOk(costs.long(job()))
})

t.test('what has not come for long is forgotten', async t => {
  const costs = createCosts()
  costs.learn([job()], 5)
  for (let i = 0; i < 1000; i++) costs.learn([job({ key: `${i}/1` })], 5)
  t.notOk(costs.long(job()))
  t.ok(costs.long(job({ key: '999/1' })))
})
