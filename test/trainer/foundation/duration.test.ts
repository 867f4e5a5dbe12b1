import t from 'tap'
import { formatDuration } from '../../../trainer/foundation/duration.js'

t.test('seconds as minutes, and as hours from the first hour on', async t => {
  t.strictSame([0, 59.6, 125, 3599, 3725, -1].map(formatDuration), ['0:00', '1:00', '2:05', '59:59', '1:02:05', '0:00'])
})
