import t from 'tap'
import { trainingLines } from '../../../../trainer/cli/terminal/training-lines.js'
import { TrainerError } from '../../../../trainer/foundation/errors.js'
import { tinyConfig } from '../../fit/run-fixture.js'

function setUp () {
  const written: string[] = []
  const lines = trainingLines({ stderr: { write: text => written.push(text) }, directory: '/work' })
  return { written, lines }
}

t.test('where a run goes on', async t => {
  const { lines, written } = setUp()
  lines.onRefusedCheckpoint!(new TrainerError('PVAE_CHECKPOINT_INVALID', 'b.safetensors is torn'))
  lines.onResume!({ step: 8, path: '/work/runs/x/checkpoints/a.safetensors' })
  t.equal(
    written.join(''),
    'pvae: b.safetensors is torn; the checkpoint before it is used\n' +
      'resuming at step 8, from runs/x/checkpoints/a.safetensors\n'
  )
})

t.test('a run that was killed before its first checkpoint', async t => {
  const { lines, written } = setUp()
  lines.onResume!(undefined)
  t.equal(written.join(''), 'no checkpoint yet: starting from the first step\n')
})

t.test('attempts, new and resumed, and how they ended', async t => {
  const { lines, written } = setUp()
  lines.onAttempt!({ attempt: 1, restarts: 2, seed: 3 })
  lines.onAttemptEnd!({ attempt: 1, seed: 3, outcome: 'diverged', steps: 0 })
  lines.onAttempt!({ attempt: 2, restarts: 2, seed: 4, step: 6 })
  t.strictSame(written, [
    'attempt 1 of at most 2: seed 3\n',
    'attempt 1: seed 3, diverged\n',
    'attempt 2 of at most 2: seed 4, resuming at step 6\n',
  ])
})

t.test('what trains where, and an epoch that could not be measured', async t => {
  const { lines, written } = setUp()
  lines.onTraining!({ engine: 'compiled, 1 thread', path: '/work/runs/x', config: tinyConfig(), epochs: 3 })
  lines.onUnmeasured!({ step: 7, reason: 'no memory' })
  lines.onTrainingEnd!()
  t.equal(
    written.join(''),
    'engine: compiled, 1 thread\nrun: runs/x\nnote: the test images were not measured after step 7: no memory\n'
  )
})
