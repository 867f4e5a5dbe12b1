import t from 'tap'
import { distributionOf } from '../../../../trainer/tune/journal/distribution.js'

t.test('distributions as Optuna writes them', async t => {
  const cases = [
    [{ type: 'float', low: 0.1, high: 1, log: true }, 'FloatDistribution',
      { step: null, low: 0.1, high: 1, log: true }],
    [{ type: 'float', low: 0, high: 1, step: 0.3 }, 'FloatDistribution', { step: 0.3, low: 0, high: 0.9, log: false }],
    [{ type: 'int', low: 1, high: 9 }, 'IntDistribution', { step: 1, low: 1, high: 9, log: false }],
    [{ type: 'int', low: 1, high: 9, log: true }, 'IntDistribution', { step: 1, low: 1, high: 9, log: true }],
    [{ type: 'choice', choices: ['a', 1, null, [2], { b: 1 }] }, 'CategoricalDistribution',
      { choices: ['a', 1, null, '[2]', '{"b":1}'] }],
  ] as const
  for (const [parameter, name, attributes] of cases) {
    t.strictSame(JSON.parse(distributionOf(parameter)), { name, attributes }, `${parameter.type}`)
  }
})
