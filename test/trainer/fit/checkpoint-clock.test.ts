import t from 'tap'
import { createCheckpointClock } from '../../../trainer/fit/checkpoint-clock.js'

t.test('due after so many seconds; where writing is slow, after twenty times what it took', async t => {
  let seconds = 100
  const clock = createCheckpointClock(60, () => seconds)
  t.notOk(clock.isDue())
  seconds += 59.9
  t.notOk(clock.isDue())
  seconds += 0.2
  t.ok(clock.isDue())
  clock.written(0.01)
  seconds += 59.9
  t.notOk(clock.isDue())
  seconds += 0.2
  t.ok(clock.isDue())
  clock.written(10)
  seconds += 199
  t.notOk(clock.isDue(), 'at most a twentieth of the time is spent on writing')
  seconds += 2
  t.ok(clock.isDue())
})
