import t from 'tap'
import { findNews } from '../../../../server/explorer/core/news.js'

t.test('what came is found, what went is not', async t => {
  const before = [{ name: 'a', versions: [1, 2] }, { name: 'b', versions: [4] }, { name: 'c', versions: [1] }]
  const now = [{ name: 'a', versions: [2, 3] }, { name: 'b', versions: [3] }, { name: 'd', versions: [1] }]
  t.strictSame(findNews(before, now), [
    { name: 'a', version: 3, before: 2 }, { name: 'd', version: 1, before: undefined },
  ])
  t.strictSame(findNews(now, now), [])
})
