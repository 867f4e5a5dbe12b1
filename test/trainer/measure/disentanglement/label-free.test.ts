/** What needs no true factors: dead partitions and coinciding key points. */
import t from 'tap'
import { Value } from '../../../../models/foundation/typebox.js'
import {
  CoincidenceSchema,
  findDeadPartitions,
  keyPointCoincidence,
} from '../../../../trainer/measure/disentanglement/index.js'

t.test('dead by either definition', async t => {
  const names = ['alive', 'silent', 'unheard', 'both']
  t.same(
    findDeadPartitions(
      names,
      { alive: 0.1, silent: 0.09, unheard: 5, both: 0 },
      { alive: 0.0005, silent: 0.1, unheard: 0.0004, both: 0 }
    ),
    [
      { name: 'silent', reasons: ['kl'] },
      { name: 'unheard', reasons: ['swap-effect'] },
      { name: 'both', reasons: ['kl', 'swap-effect'] },
    ]
  )
})

t.test('share of images in which two sprites are nearer than 3 px', async t => {
  // Three sprites in two images: in the first, a and b are 2.9 px apart; in the second, exactly 3.
  const points = Float32Array.of(0, 0, 2.9, 0, 50, 50, 0, 0, 0, 3, 1, 1)
  const result = keyPointCoincidence(points, ['a', 'b', 'c'])
  t.ok(Value.Check(CoincidenceSchema, result))
  t.same(result, {
    pairs: [
      { sprites: ['a', 'b'], share: 0.5 },
      { sprites: ['a', 'c'], share: 0.5 },
      { sprites: ['b', 'c'], share: 0.5 },
    ],
    largest: 0.5,
  })
  t.equal(keyPointCoincidence(points, ['a', 'b', 'c'], 3.1).pairs[0]!.share, 1)
  t.same(keyPointCoincidence(Float32Array.of(1, 1), ['a']), { pairs: [], largest: 0 })
  t.throws(() => keyPointCoincidence(new Float32Array(5), ['a', 'b']), {
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected x and y of 2 sprites in at least 1 image for keyPoints but received 5 values',
  })
})
