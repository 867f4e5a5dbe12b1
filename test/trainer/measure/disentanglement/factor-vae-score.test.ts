import t from 'tap'
import { factorVaeScore } from '../../../../trainer/measure/disentanglement/factor-vae-score.js'
import { createRandom } from '../../../../trainer/random/index.js'

const classes = [[0], [1], [2]]
const blocks = (count: number) => Array.from({ length: count }, (_, i) => ({ name: String(i), units: [i] }))

/** Three independent uniform factors seen through `encode`. */
function sampler (encode: (factors: number[], noise: () => number) => number[]) {
  const random = createRandom(1, 'sampler')
  return (fixed: readonly number[], count: number) => {
    const shared = [0, 1, 2].map(() => random.uniform())
    return Float32Array.from(
      Array.from({ length: count }, () =>
        encode(
          shared.map((value, k) => (fixed.includes(k) ? value : random.uniform())),
          random.normal
        )
      ).flat()
    )
  }
}

t.test('a unit for each factor: every vote is right, whatever the scales', async t => {
  const { score, trainScore, votes } = await factorVaeScore({
    sampleRepresentations: sampler(([a, b, c]) => [100 * b!, c!, 0.3 * a!]),
    variance: [1e4 / 12, 1 / 12, 0.09 / 12],
    blocks: blocks(3),
    classes,
    seed: 0,
    trainVotes: 60,
    testVotes: 60,
  })
  t.equal(score, 1)
  t.equal(trainScore, 1)
  t.equal(votes.flat().reduce((a, b) => a + b), 60)
  t.ok(votes[0]![1]! > 0)
  t.ok(votes[0]![0] === 0)
  t.ok(votes[0]![2] === 0)
})

t.test('units that know nothing: chance', async t => {
  const { score } = await factorVaeScore({
    sampleRepresentations: sampler((_, noise) => [noise(), noise(), noise()]),
    variance: [1, 1, 1],
    blocks: blocks(3),
    classes,
    seed: 0,
    trainVotes: 300,
    testVotes: 300,
  })
  t.ok(score > 0.2, `${score}`)
  t.ok(score < 0.47, `${score}`)
})

t.test('partitions of mixed units against groups of factors', async t => {
  const options = {
    sampleRepresentations: sampler(([a, b, c]) => [a! + b!, a! - b!, c!, 0]),
    variance: [1 / 6, 1 / 6, 1 / 12, 0],
    seed: 0,
    trainVotes: 60,
    testVotes: 60,
  }
  const partitions = [{ name: 'p', units: [0, 1] }, { name: 'q', units: [2] }, { name: 'constant', units: [3] }]
  t.equal((await factorVaeScore({ ...options, blocks: partitions, classes: [[0, 1], [2]] })).score, 1)
  const { score } = await factorVaeScore({ ...options, blocks: blocks(4), classes })
  t.ok(score < 0.95, 'single units do not tell a from b')
})

t.test('bad input is named', async t => {
  const options = {
    sampleRepresentations: () => new Float32Array(5),
    variance: [1, 1],
    blocks: blocks(2),
    classes,
    seed: 0,
  }
  await t.rejects(factorVaeScore(options), {
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected 64 × 2 values from sampleRepresentations but received 5',
  })
  await t.rejects(factorVaeScore({ ...options, variance: [0, 0] }), { message: /at least 1 unit with a deviation/ })
  await t.rejects(factorVaeScore({ ...options, classes: [] }), { message: /at least 1 factor/ })
})
