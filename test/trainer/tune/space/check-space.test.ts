import t from 'tap'
import { resolveRequest } from '../../../../trainer/config/resolve-request.js'
import { checkSpace, overridesOf } from '../../../../trainer/tune/space/check-space.js'
import { readSpace } from '../../../../trainer/tune/space/read-space.js'

const request = { preset: 'mnist', overrides: [] }
const check = (space: unknown) => checkSpace(readSpace(space), request, resolveRequest(request))
const float = (low: number, high: number, more = {}) => ({ type: 'float', low, high, ...more })

t.test('a space in the bounds of the schema passes', async t => {
  check({
    'fit.learningRate': float(1e-4, 1e-2, { log: true }),
    'objective.beta': float(0, 4),
    'objective.totalCorrelation.weight.to': float(0, 40),
    'model.partitions.0.size': { type: 'int', low: 2, high: 6 },
    'model.subresolution.interpolation': { type: 'choice', choices: ['nearest', 'bilinear'] },
    'model.encoder.hidden': { type: 'choice', choices: [[], [64], [128, 64]] },
  })
  t.pass('nothing is thrown')
})

const refusals: ReadonlyArray<readonly [string, unknown, RegExp]> = [
  ['a path that is not there', { 'fit.learnRate': float(0, 1) },
    /paths of a config whose model is joint for the search space but received fit\.learnRate \(did you mean "fit\.learningRate"/],
  ['a range beyond the bounds', { 'fit.learningRate': float(0.5, 2) },
    /expected a number above 0 and of at most 1 for fit\.learningRate: high but received 2/],
  ['a low end that the schema leaves out', { 'fit.learningRate': float(0, 1) }, /fit\.learningRate: low but received 0/],
  ['broken numbers for an integer', { 'fit.batchSize': float(16, 64) },
    /expected a parameter of type int, since it is an integer, for fit\.batchSize but received type float/],
  ['numbers for text', { 'model.activation': float(0, 1) }, /for model\.activation but received a parameter of type float/],
  ['a choice that the schema has not', { 'model.subresolution.interpolation': { type: 'choice', choices: ['cubic'] } },
    /expected "nearest" or "bilinear" for model\.subresolution\.interpolation: choices but received "cubic"/],
  ['the seed', { seed: { type: 'int', low: 0, high: 9 } }, /--seed sets and --seeds repeats/],
  ['an item of a list beyond its end', { 'model.partitions.7.size': { type: 'int', low: 1, high: 2 } },
    /parameters that go together .*model\.partitions\.7\.size/],
  ['values that the config refuses together',
    { 'model.likelihood.kind': { type: 'choice', choices: ['gaussian', 'bernoulli'] } },
    /parameters that go together for the search space but received model\.likelihood\.kind="bernoulli"/],
]

for (const [what, space, message] of refusals) {
  t.test(`${what}: refused before anything runs, in one line`, async t => {
    t.throws(() => check(space), { code: 'PVAE_CONFIG_INVALID', message })
  })
}

t.test('what is drawn is set from the outside in', async t => {
  const space = readSpace({
    'objective.totalCorrelation.weight': float(0, 1),
    'objective.totalCorrelation': { type: 'choice', choices: [{ estimator: 'gaussian', weight: 1 }] },
  })
  t.strictSame(
    overridesOf(space, { 'objective.totalCorrelation.weight': 0.5, 'objective.totalCorrelation': 0 }),
    [['objective.totalCorrelation', { estimator: 'gaussian', weight: 1 }], ['objective.totalCorrelation.weight', 0.5]]
  )
})
