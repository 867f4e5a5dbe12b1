import t from 'tap'
import { rankDisentanglement } from '../../../trainer/measure/rank-disentanglement.js'
import { createRandom } from '../../../trainer/random/index.js'

const ROWS = 500

/** [N, 3] of independent normals, mixed by a matrix. */
function represent (mix: ReadonlyArray<readonly number[]>, kl = mix.map(() => 1)) {
  const random = createRandom(1, 'factors')
  const means = new Float32Array(ROWS * mix.length)
  for (let row = 0; row < ROWS; row++) {
    const factors = [random.normal(), random.normal(), random.normal()]
    mix.forEach((weights, unit) => {
      means[row * mix.length + unit] = weights.reduce((sum, weight, i) => sum + weight * factors[i]!, 0)
    })
  }
  return { means, kl }
}

const identity = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
const near = (value: number, wanted: number, within: number) => Math.abs(value - wanted) < within

t.test('models that say the same in units of other order, sign and curve agree', async t => {
  const shuffled = represent([[0, -2, 0], [0, 0, 1], [5, 0, 0]])
  const curved = represent(identity)
  curved.means.forEach((value, i) => { curved.means[i] = value ** 3 })
  const rank = rankDisentanglement([represent(identity), shuffled, curved])
  t.ok(rank > 0.85 && rank <= 1, `${rank}: all but chance correlations`)
})

t.test('models that turn the same space another way agree less', async t => {
  const [c, s] = [Math.cos(Math.PI / 4), Math.sin(Math.PI / 4)]
  const turned = represent([[c, s, 0], [-s, c, 0], [0, 0, 1]])
  const rank = rankDisentanglement([represent(identity), turned])
  // Two of three units: max² / sum = 0.5 / (2 · 0.7071), the third 1, in rank correlations a little less.
  t.ok(near(rank, (2 * 0.3536 + 1) / 3, 0.06), `${rank}`)
  t.ok(rank < rankDisentanglement([represent(identity), represent(identity)]))
})

t.test('units that say nothing do not count, and models that say nothing do not agree', async t => {
  const idle = represent([[1, 0, 0], [0, 1, 0], [0.3, 0.3, 1]], [1, 1, 0])
  const alone = represent([[1, 0, 0], [0, 1, 0]])
  t.ok(near(rankDisentanglement([idle, alone]), rankDisentanglement([alone, alone]), 1e-9))
  t.equal(rankDisentanglement([represent(identity, [0, 0, 0]), represent(identity)]), 0)
  const constant = represent([[0, 0, 0], [0, 1, 0]])
  t.ok(rankDisentanglement([constant, constant]) <= 0.5, 'a constant unit is like none')
})
