import t from 'tap'
import { analyseFootage } from '../../../trainer/footage/analyse.js'
import { correctCues } from '../../../trainer/footage/correct.js'
import { squares } from './footage.js'
import { block, movingFrames, toAndFro } from './moving.js'

const walk = (row: number, start: number) => (n: number) => [row, toAndFro(0, 30, start)(n)] as const
const { dataset } = movingFrames({
  things: [
    { blocks: [block(8, 8, [220, 40, 40])], corner: walk(2, 0) },
    { blocks: [block(6, 6, [40, 60, 230])], corner: walk(14, 12) },
    { blocks: [block(4, 4, [240, 240, 240])], corner: walk(30, 25) },
  ],
})
const { cues } = await analyseFootage(dataset, { seed: 0 })

t.test('a thing that is ignored is gone, the others keep their order', t => {
  const { things } = correctCues(cues, { ignore: ['p2'] })
  t.strictSame(things, [cues.things[0], cues.things[2]])
  t.end()
})

t.test('things that are merged are around both, in the place of the first', t => {
  t.equal(cues.by, 'motion')
  const corrected = correctCues(cues, { merge: [['p1', 'p3']] })
  if (corrected.by !== 'motion' || cues.by !== 'motion') throw new Error('expected motion')
  const [merged, other] = corrected.things
  t.equal(corrected.things.length, 2)
  t.equal(other, cues.things[1])
  const [a, b] = [cues.things[0]!.boxes[100]!, cues.things[2]!.boxes[100]!]
  t.strictSame(merged!.boxes[100], {
    top: Math.min(a.top, b.top),
    bottom: Math.max(a.bottom, b.bottom),
    left: Math.min(a.left, b.left),
    right: Math.max(a.right, b.right),
  })
  t.ok(merged!.extent[0] >= Math.abs(a.top - b.top) + 4, 'its extent holds both')
  t.ok(Math.abs(merged!.energy - cues.things[0]!.energy - cues.things[2]!.energy) < 1e-9, 'so does its energy')
  t.end()
})

t.test('what can not be corrected so is refused, with the names that there are', async t => {
  const cases = [
    [{ ignore: ['p9'] }, /names of things \(p1, p2, p3\) for --ignore but received "p9"/],
    [{ merge: [['p1', 'ball']] }, /names of things \(p1, p2, p3\) for --merge but received "ball"/],
    [{ merge: [['p1']] }, /two or more things, as in p1,p2 for --merge but received "p1"/],
    [{ merge: [['p1', 'p2']], ignore: ['p2'] }, /each thing once for --merge and --ignore but received p2 twice/],
    [{ ignore: ['p1', 'p2', 'p3'] }, /a thing that is left for --ignore but received all of them/],
  ] as const
  for (const [corrections, message] of cases) {
    t.throws(() => correctCues(cues, corrections), { code: 'PVAE_CONFIG_INVALID', message })
  }
  await t.rejects(analyseFootage(squares().dataset, { seed: 0, corrections: { merge: [['p1', 'p2']] } }), {
    code: 'PVAE_CONFIG_INVALID',
    message: /frames in order, .* for --merge but received frames without order/,
  })
})
