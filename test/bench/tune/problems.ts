/** Functions with known minima, on which samplers are compared. test/bench/tune.py has the same ones for Optuna. */
import type { Space } from '../../../trainer/tune/space/groups.js'

export interface Problem {
  readonly space: Space
  /** At the global minimum. */
  readonly minimum: number
  /** @param values by name; of a choice the chosen value */
  evaluate (values: Readonly<Record<string, unknown>>): number
}

/** The weights of Hartmann's four wells. */
const ALPHA = [1, 1.2, 3, 3.2]
const A = [
  [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
]
const P = [
  [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991], [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
]
const SIX = [0, 1, 2, 3, 4, 5].map(i => `x${i}`)

export const PROBLEMS: Readonly<Record<string, Problem>> = {
  branin: {
    space: { x: { type: 'float', low: -5, high: 10 }, y: { type: 'float', low: 0, high: 15 } },
    minimum: 0.397887,
    evaluate ({ x, y }) {
      const [a, b] = [Number(x), Number(y)]
      const bend = b - 5.1 / (4 * Math.PI ** 2) * a ** 2 + 5 / Math.PI * a - 6
      return bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10
    },
  },
  'hartmann-6': {
    space: Object.fromEntries(SIX.map(name => [name, { type: 'float', low: 0, high: 1 }])),
    minimum: -3.32237,
    evaluate: values => -ALPHA.reduce((sum, alpha, i) => {
      const distance = SIX.reduce((d, name, j) => d + A[i]![j]! * (Number(values[name]) - P[i]![j]! / 10_000) ** 2, 0)
      return sum + alpha * Math.exp(-distance)
    }, 0),
  },
  conditional: {
    space: {
      kind: { type: 'choice', choices: ['curved', 'straight', 'flat'] },
      shared: { type: 'float', low: 0, high: 1 },
      rate: { type: 'float', low: 1e-5, high: 1, log: true, when: { kind: 'curved' } },
      depth: { type: 'int', low: 1, high: 12, when: { kind: 'curved' } },
      slope: { type: 'float', low: -5, high: 5, when: { kind: 'straight' } },
    },
    minimum: 0,
    evaluate ({ kind, shared, rate, depth, slope }) {
      const common = 2 * (Number(shared) - 0.3) ** 2
      if (kind === 'curved') return common + (Math.log10(Number(rate)) + 2.3) ** 2 + 0.1 * (Number(depth) - 9) ** 2
      return kind === 'straight' ? common + 0.5 + 0.5 * (Number(slope) - 2) ** 2 : common + 2
    },
  },
}
