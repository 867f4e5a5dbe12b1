import t from 'tap'
import { withAdvice } from '../../../../trainer/cli/terminal/interruption.js'
import { goOnWithTraining } from '../../../../trainer/cli/terminal/shell-commands.js'
import { TrainerError } from '../../../../trainer/foundation/errors.js'
import { RunInterrupted, RunUnwritable, type InterruptedStage } from '../../../../trainer/run/interrupted.js'

const stop = (error: Error, flags = { export: true }) =>
  withAdvice({ directory: '/work' }, async () => { throw error }, goOnWithTraining(flags))

t.test('each stage of a run: what is kept, and how to go on', async t => {
  const cases: ReadonlyArray<readonly [InterruptedStage, string]> = [
    [{ at: 'decoding' }, 'interrupted before any image was decoded\ngo on with: the same command'],
    [
      { at: 'decoding', done: 7, total: 52 },
      'interrupted while decoding images: about 7 of 52 are kept\ngo on with: the same command, which decodes the rest',
    ],
    [
      { at: 'analysing' },
      'interrupted while looking at the frames\ngo on with: the same command, which looks at them anew (the images ' +
        'are decoded)',
    ],
    [{ at: 'before training' }, 'interrupted before the first step\ngo on with: the same command'],
    [
      { at: 'training', run: 'x', step: 6, totalSteps: 12, path: '/work/runs/x/checkpoints/step.safetensors' },
      'interrupted after step 6 of 12, saved in runs/x/checkpoints/step.safetensors\n' +
        'go on with: npm run train -- --resume --run x',
    ],
    [
      { at: 'assessing', run: 'x' },
      'training is saved; go on with: npm run pvae -- export --run x (measuring begins anew)',
    ],
  ]
  for (const [stage, message] of cases) {
    await t.rejects(stop(new RunInterrupted(stage)), { name: 'Interrupted', message }, stage.at)
  }
})

t.test('a run that is not to be published goes on without', async t => {
  await t.rejects(stop(new RunInterrupted({ at: 'assessing', run: 'x' }), { export: false }), {
    message: 'training is saved; go on with: npm run train -- --resume --run x --no-export (measuring begins anew)',
  })
})

t.test('a disk that is full: what was saved is whole', async t => {
  const full = new TrainerError('PVAE_OUTPUT_UNWRITABLE', 'expected to write f but found no space')
  await t.rejects(stop(new RunUnwritable('x', full)), {
    code: 'PVAE_OUTPUT_UNWRITABLE',
    message: 'expected to write f but found no space; what was saved before is whole: once that is mended, go on ' +
      'with: npm run train -- --resume --run x',
  })
  await t.rejects(stop(full), { message: full.message }, 'before a run has begun there is nothing to go on with')
})

t.test('other errors pass', async t => {
  const error = new RangeError('x')
  await t.rejects(stop(error), error)
})
