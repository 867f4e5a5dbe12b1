import t from 'tap'
import { createRandom } from '../../../../trainer/random/index.js'
import { estimateDensity } from '../../../../trainer/tune/sample/parzen.js'
import type { Parameter } from '../../../../trainer/tune/space/parameter.js'

/** The integral, or the sum, of a density over one parameter's range. */
function mass (parameter: Parameter, points: readonly number[], width: number, observed: readonly number[]): number {
  const weights = [...observed.map(() => 1), 1]
  const density = estimateDensity([parameter], observed.map(value => [value]), weights)
  return points.reduce((sum, point) => sum + width * Math.exp(density.logDensity([point])), 0)
}

t.test('a density has the mass 1, whatever the parameter', async t => {
  const grid = Array.from({ length: 2000 }, (_, i) => (i + 0.5) / 2000)
  const near = (value: number) => t.ok(Math.abs(value - 1) < 1e-3, String(value))
  near(mass({ type: 'float', low: 0, high: 1 }, grid, 1 / 2000, [0.1, 0.12, 0.9, 0, 1]))
  near(mass({ type: 'int', low: 1, high: 7 }, [1, 2, 3, 4, 5, 6, 7], 1, [2, 2, 7]))
  near(mass({ type: 'int', low: 1, high: 7, log: true }, [1, 2, 3, 4, 5, 6, 7], 1, [2, 2, 7]))
  near(mass({ type: 'choice', choices: ['a', 'b', 'c'] }, [0, 1, 2], 1, [1, 1, 0]))
  const log = grid.map(value => 10 ** (4 * value - 4))
  near(mass({ type: 'float', low: 1e-4, high: 1, log: true }, log, 4 * Math.LN10 / 2000, [1e-3, 0.5]))
})

t.test('draws follow the density: near what was observed, and a few anywhere', async t => {
  const parameters: Parameter[] = [{ type: 'float', low: 0, high: 100 }, { type: 'choice', choices: ['a', 'b'] }]
  const observed = Array.from({ length: 9 }, (_, i) => [20 + i, 1])
  const density = estimateDensity(parameters, observed, new Array<number>(10).fill(1))
  const random = createRandom(1, 'test')
  const drawn = Array.from({ length: 1000 }, () => density.draw(random))
  const near = drawn.filter(([value]) => value! > 10 && value! < 40).length
  t.ok(near > 800 && near < 1000, `${near} of 1000 are near`)
  const chosen = drawn.filter(([, choice]) => choice === 1).length
  t.ok(chosen > 800 && chosen < 1000, `${chosen} of 1000 have the choice that was observed`)
  t.ok(density.logDensity([24, 1]) > density.logDensity([80, 1]) + 2)
  t.ok(density.logDensity([24, 1]) > density.logDensity([24, 0]) + 1)
})

t.test('without observations there is the prior alone', async t => {
  const density = estimateDensity([{ type: 'choice', choices: [1, 2, 3, 4] }], [], [1])
  for (const choice of [0, 1, 2, 3]) t.ok(Math.abs(Math.exp(density.logDensity([choice])) - 0.25) < 1e-12)
})
