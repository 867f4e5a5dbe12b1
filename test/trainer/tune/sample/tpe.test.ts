import t from 'tap'
import { createRandom } from '../../../../trainer/random/index.js'
import type { Observation } from '../../../../trainer/tune/sample/observation.js'
import { sampleUniformly } from '../../../../trainer/tune/sample/random.js'
import { sampleByTpe } from '../../../../trainer/tune/sample/tpe.js'
import type { Drawn, Space } from '../../../../trainer/tune/space/groups.js'
import { readSpace } from '../../../../trainer/tune/space/read-space.js'
import { PROBLEMS } from '../../../bench/tune/problems.js'
import { valueOf } from '../../../../trainer/tune/space/parameter.js'

type Sampler = (space: Space, observations: readonly Observation[], random: ReturnType<typeof createRandom>) => Drawn

function search (name: string, sampler: Sampler, seed: number, trials = 60): Observation[] {
  const { space, evaluate } = PROBLEMS[name]!
  const observations: Observation[] = []
  for (let trial = 0; trial < trials; trial++) {
    const drawn = sampler(space, observations, createRandom(seed, trial))
    const values = Object.entries(drawn).map(([path, value]) => [path, valueOf(space[path]!, value)])
    observations.push({ drawn, values: [evaluate(Object.fromEntries(values))] })
  }
  return observations
}

const medianBest = (name: string, sampler: Sampler) => {
  const lowest = (trials: readonly Observation[]) => Math.min(...trials.map(({ values }) => values![0]!))
  const best = [1, 2, 3, 4, 5, 6, 7].map(seed => lowest(search(name, sampler, seed)))
  return best.sort((a, b) => a - b)[3]!
}

for (const [name, wanted] of [['branin', 0.6], ['hartmann-6', -2.7], ['conditional', 0.2]] as const) {
  t.test(`${name}: near the minimum after 60 trials, where chance is not`, async t => {
    const tpe = medianBest(name, sampleByTpe)
    t.ok(tpe < wanted, `${tpe}`)
    t.ok(tpe < medianBest(name, (space, _, random) => sampleUniformly(space, random)), 'nearer than by chance')
    t.ok(tpe >= PROBLEMS[name]!.minimum - 1e-4, 'and not below it')
  })
}

t.test('the same seed and history draw the same, and a parameter exists where its condition holds', async t => {
  t.strictSame(search('conditional', sampleByTpe, 9, 30), search('conditional', sampleByTpe, 9, 30))
  const kinds = PROBLEMS['conditional']!.space['kind'] as { choices: readonly string[] }
  for (const { drawn } of search('conditional', sampleByTpe, 9, 30)) {
    const kind = kinds.choices[drawn['kind']!]
    const own = { curved: ['depth', 'rate'], straight: ['slope'], flat: [] }[kind!]!
    t.strictSame(Object.keys(drawn).sort(), ['kind', 'shared', ...own].sort(), `of kind ${kind}`)
  }
})

t.test('nine trials that ended are too few to learn from, ten are enough', async t => {
  const ten = search('branin', (space, _, random) => sampleUniformly(space, random), 1, 10)
  const { space } = PROBLEMS['branin']!
  const uniform = sampleUniformly(space, createRandom(5))
  t.strictSame(sampleByTpe(space, [...ten.slice(1), { drawn: uniform }], createRandom(5)), uniform)
  t.notSame(sampleByTpe(space, ten, createRandom(5)), uniform)
})

t.test('keeps away from trials that run, and takes a range of one number as it is', async t => {
  const space = readSpace({ x: { type: 'choice', choices: [0, 1, 2, 3] }, y: { type: 'float', low: 3, high: 3 } })
  const ended = Array.from({ length: 12 }, (_, i): Observation => ({ drawn: { x: i % 4, y: 3 }, values: [1] }))
  const running = Array.from({ length: 40 }, (): Observation => ({ drawn: { x: 2, y: 3 } }))
  const drawn = Array.from({ length: 50 }, (_, i) => sampleByTpe(space, [...ended, ...running], createRandom(i)))
  t.ok(drawn.filter(({ x }) => x === 2).length < 5, 'where 40 look already')
  t.ok(drawn.every(({ y }) => y === 3))
})
