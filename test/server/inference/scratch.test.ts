import t from 'tap'
import { createScratch } from '../../../server/inference/scratch.js'

t.test('the same memory again, never to two at a time', async t => {
  const { lend } = createScratch(8)
  const memoryOf = (length: number) => lend(length, async memory => memory)
  const large = await memoryOf(8)
  t.equal(large.length, 8)
  const small = await memoryOf(3)
  t.equal(small.length, 3)
  t.equal(small.buffer, large.buffer, 'used again')
  await lend(4, async held => {
    const other = await memoryOf(4)
    t.equal(held.buffer, large.buffer)
    t.not(other.buffer, held.buffer, 'lent already')
  })
  t.not((await memoryOf(9)).buffer, large.buffer, 'more than is kept')
  await t.rejects(lend(2, async () => { throw new Error('no') }), { message: 'no' })
  t.equal((await memoryOf(2)).buffer, large.buffer, 'given back after an error')
})
