import t from 'tap'
import { createRandom } from '../../../../trainer/random/index.js'
import type { StudyState, Trial } from '../../../../trainer/tune/journal/replay.js'
import { bestTrials, isNewBest } from '../../../../trainer/tune/outcome/best.js'
import { importanceOf } from '../../../../trainer/tune/outcome/importance.js'
import { renderStudy } from '../../../../trainer/tune/outcome/report.js'
import { sampleUniformly } from '../../../../trainer/tune/sample/random.js'
import { readSpace } from '../../../../trainer/tune/space/read-space.js'

const space = readSpace({
  matters: { type: 'float', low: 0, high: 1 },
  kind: { type: 'choice', choices: ['good', 'bad'] },
  idle: { type: 'int', low: 1, high: 9 },
  '<odd>': { type: 'float', low: 1, high: 10, log: true, when: { kind: 'bad' } },
})
const minimize = [{ metric: 'mse', direction: 'minimize' }] as const

function trialOf (number: number, parameters: Readonly<Record<string, number>>, values: readonly number[]): Trial {
  return {
    id: number,
    number,
    creator: 'pvae-1',
    state: 'complete',
    parameters: new Map(Object.entries(parameters)),
    distributions: new Map(),
    userAttributes: new Map(),
    intermediateValues: new Map([[1, 0.5]]),
    values,
    started: undefined,
    ended: undefined,
  }
}

type Drawn = Readonly<Record<string, number>>

function studyOf (valuesOf: (parameters: Drawn) => readonly number[], count = 60): StudyState {
  const trials = Array.from({ length: count }, (_, i) => {
    const parameters = sampleUniformly(space, createRandom(4, i))
    return trialOf(i, parameters, valuesOf(parameters))
  })
  return { id: 0, name: 'a study', directions: ['minimize'], userAttributes: new Map(), trials }
}

t.test('what decides the value is important, and what does not is not', async t => {
  const study = studyOf(({ matters, kind }) => [(matters! - 0.2) ** 2 + 0.01 * kind!])
  const shares = importanceOf(study, space, minimize)
  t.equal(shares[0]!.path, 'matters')
  t.ok(shares[0]!.share > 0.6, `${shares[0]!.share}`)
  t.ok(Math.abs(shares.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9, 'shares')
  t.ok(shares.find(({ path }) => path === 'idle')!.share < 0.2)
  t.strictSame(importanceOf(studyOf(() => [1], 4), space, minimize), [], 'too few trials say nothing')
})

t.test('the best trial, and a front', async t => {
  const study = studyOf(({ matters }) => [matters!, 1 - matters!], 8)
  const best = bestTrials(study, minimize)
  t.equal(best.length, 1)
  t.equal(best[0]!.values![0], Math.min(...study.trials.map(({ values }) => values![0]!)))
  const front = bestTrials(study, [...minimize, { metric: 'kl', direction: 'minimize' }])
  t.equal(front.length, 8, 'none is beaten by another')
  t.strictSame(front.map(({ values }) => values![0]!), front.map(({ values }) => values![0]!).toSorted((a, b) => a - b))
  t.equal(bestTrials(study, [minimize[0], { metric: 'kl', direction: 'maximize' }]).length, 1, 'which way counts')
  const [first, second] = [trialOf(0, {}, [2]), trialOf(1, {}, [1])]
  t.ok(isNewBest(second, [first], minimize))
  t.notOk(isNewBest(first, [second], minimize))
})

t.test('the page has everything, loads nothing and escapes what it shows', async t => {
  const study = studyOf(({ matters }) => [matters!, 1 - matters!], 12)
  const objectives = [...minimize, { metric: 'kl', direction: 'maximize' }] as const
  const page = renderStudy(study, { space, objectives, command: 'npm run <x>', configs: ['/a/best-1.json'] })
  for (const title of ['The best trial', 'History of mse', 'History of kl', 'Parallel coordinates', 'Importance']) {
    t.ok(page.includes(title), title)
  }
  t.ok(page.includes('What one objective costs the other'), 'two objectives against each other')
  t.notMatch(page, /<odd>|<x>|<script|src="http|NaN|undefined/)
  t.ok(page.includes('best-1.json'))
  const one = renderStudy(study, { space, objectives: minimize, command: '', configs: [] })
  t.notOk(one.includes('What one objective costs'))
})
