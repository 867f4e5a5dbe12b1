import t from 'tap'
import { trialLines } from '../../../../trainer/cli/terminal/trial-lines.js'
import type { Trial } from '../../../../trainer/tune/journal/replay.js'
import type { Study } from '../../../../trainer/tune/study/study.js'

function trialOf (number: number, state: Trial['state'], value?: number, more: Partial<Trial> = {}): Trial {
  return {
    id: number,
    number,
    creator: 'pvae-1',
    state,
    parameters: new Map([['rate', 0.00123456], ['kind', 1]]),
    distributions: new Map(),
    userAttributes: new Map<string, unknown>([['pvae:seconds', 65]]),
    intermediateValues: new Map(),
    values: value === undefined ? undefined : [value],
    started: undefined,
    ended: undefined,
    ...more,
  }
}

function linesOf (trials: readonly Trial[], isTTY: boolean) {
  let [out, err] = ['', '']
  const state = { id: 0, name: 's', directions: ['minimize' as const], userAttributes: new Map(), trials: [...trials] }
  const lines = trialLines({
    stdout: { write: text => { out += text } },
    stderr: { isTTY, write: text => { err += text } },
    directory: '/here',
    study: { directory: '/here/studies/s', state: () => state } as Partial<Study> as Study,
    space: {
      rate: { type: 'float', low: 0, high: 1 },
      kind: { type: 'choice', choices: ['a', { deep: true }] },
    },
    objectives: [{ metric: 'mse', direction: 'minimize' }],
    trials: 20,
  })
  return { lines, out: () => out, err: () => err }
}

t.test('a line a trial: the best so far is marked, a reason is told', async t => {
  const first = trialOf(0, 'complete', 0.123456789)
  const { lines, out, err } = linesOf([], false)
  lines.onEnd(first, [])
  lines.onEnd(trialOf(1, 'complete', 0.2), [first])
  lines.onEnd(trialOf(2, 'pruned', 0.01), [first])
  const failed = new Map<string, unknown>([['pvae:error', 'the loss is NaN']])
  lines.onEnd(trialOf(3, 'fail', undefined, { userAttributes: failed }), [first])
  t.equal(err(), 'study: studies/s, new\n')
  t.strictSame(out().split('\n').map(line => line.replaceAll(/ +/g, ' ')), [
    'trial state mse time parameters',
    ' 0 complete * 0.12346 1:05 rate=0.00123 kind={"deep":true}',
    ' 1 complete 0.2 1:05 rate=0.00123 kind={"deep":true}',
    ' 2 pruned 0.01 1:05 rate=0.00123 kind={"deep":true}',
    ' 3 fail – 0:00 rate=0.00123 kind={"deep":true}: the loss is NaN',
    '',
  ])
})

t.test('on a terminal the trials that run are told with their last epoch, elsewhere nothing is', async t => {
  const running = trialOf(7, 'running', undefined, { intermediateValues: new Map([[1, 0.5], [2, 0.25]]) })
  const trials = [trialOf(0, 'complete', 1), running, trialOf(8, 'running')]
  const terminal = linesOf(trials, true)
  terminal.lines.onRunning!([running, trials[2]!])
  t.match(terminal.err(), /1 of 20 trials have ended\n\r1 of 20 trials; running 7 \(epoch 2: 0\.25\), 8/)
  const pipe = linesOf(trials, false)
  pipe.lines.onRunning!([running])
  t.equal(pipe.err(), 'study: studies/s, 1 of 20 trials have ended\n')
})
