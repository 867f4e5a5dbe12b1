import t from 'tap'
import { readSpace } from '../../../../trainer/tune/space/read-space.js'

const float = { type: 'float', low: 0, high: 1 }
const refusals: ReadonlyArray<readonly [string, unknown, RegExp]> = [
  ['no object', [], /expected an object of parameters by path in the config for the search space/],
  ['an empty one', {}, /expected an object of parameters/],
  ['another type', { a: { type: 'double', low: 0, high: 1 } }, /for a: type but (received|found)|for a: type/],
  ['a missing end', { a: { type: 'float', low: 0 } }, /a: high/],
  ['an unknown field', { a: { ...float, lo: 1 } }, /a: lo/],
  ['ends the wrong way round', { a: { ...float, high: -1 } }, /expected a number of at least 0, its low, for a: high/],
  ['a logarithm of 0', { a: { ...float, log: true } }, /expected a number above 0, since it is log, for a: low/],
  ['log and step', { a: { type: 'float', low: 1, high: 2, log: true, step: 1 } }, /log or step for a but received both/],
  ['a broken int', { a: { type: 'int', low: 0.5, high: 2 } }, /expected an integer, since it is int, for a: low/],
  ['choices that are one', { a: { type: 'choice', choices: [[1], [1]] } }, /choices that differ .* received \[1\] twice/],
  ['a condition on what is not there', { alpha: float, b: { ...float, when: { alpa: 1 } } },
    /another parameter of the space for b: when but received alpa \(did you mean "alpha"\?\)/],
  ['a circle', {
    a: { type: 'choice', choices: [1], when: { b: 1 } }, b: { type: 'choice', choices: [1], when: { a: 1 } },
  }, /conditions that make no circle for a: when/],
  ['a condition that never holds',
    { a: { type: 'choice', choices: ['x', 'y'] }, b: { ...float, when: { a: ['x', 'z'] } } },
    /one of its choices "x", "y" for b: when a but received "z"/],
  ['a condition on one of endless values', { a: float, b: { ...float, when: { a: 0.5 } } }, /countable values for b: when a/],
]

for (const [what, space, message] of refusals) {
  t.test(`${what} is refused in one line`, async t => {
    t.throws(() => readSpace(space), { code: 'PVAE_CONFIG_INVALID', message })
    try { readSpace(space) } catch (error) { t.notMatch((error as Error).message, /\n/) }
  })
}

t.test('a space with conditions on conditions is taken as it is', async t => {
  const space = {
    a: { type: 'choice', choices: ['x', { kind: 'y' }] },
    b: { type: 'int', low: 1, high: 3, when: { a: [{ kind: 'y' }, 'x'] } },
    c: { ...float, when: { b: 2, a: 'x' } },
  }
  t.strictSame(readSpace(space), space)
})
