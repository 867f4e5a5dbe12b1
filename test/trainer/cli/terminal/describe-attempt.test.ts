import t from 'tap'
import { describeAttempt } from '../../../../trainer/cli/terminal/describe-attempt.js'
import type { Attempt } from '../../../../trainer/fit/attempts.js'

t.test('one attempt in one line: how it ended, and what is known of it', async t => {
  const attempt: Attempt = { attempt: 1, seed: 1, outcome: 'finished', steps: 9 }
  t.equal(
    describeAttempt({ ...attempt, totalCorrelation: 0.1234, coincidence: 0.1, loss: 5 }),
    'seed 1, finished after 9 steps, total correlation 0.123 nats, sprites coincide in 10%, loss 5.00'
  )
  t.match(describeAttempt({ ...attempt, deadPartitions: 2 }), /, 2 dead partitions$/)
  t.equal(
    describeAttempt({ attempt: 2, seed: 3, outcome: 'given up', steps: 4, reason: 'x' }),
    'seed 3, given up after 4 steps: x'
  )
  t.equal(describeAttempt({ attempt: 2, seed: 3, outcome: 'diverged', steps: 0 }), 'seed 3, diverged')
})
