import t from 'tap'
import { Cancellation } from '../../../server/foundation/cancellation.js'

t.test('listeners hear of it once, with the first reason', async t => {
  const cancellation = new Cancellation()
  const heard: string[] = []
  const removed = () => heard.push('removed')
  cancellation.add(({ message }) => heard.push(message))
  cancellation.add(removed)
  cancellation.add(({ message }) => heard.push(`also ${message}`))
  cancellation.remove(removed)
  cancellation.remove(removed)
  t.equal(cancellation.reason, undefined)
  cancellation.cancel(new Error('late'))
  cancellation.cancel(new Error('later'))
  cancellation.add(() => heard.push('too late'))
  t.strictSame(heard, ['late', 'also late'])
  t.match(cancellation.reason, { message: 'late' })
})
