import t from 'tap'
import { colourInfluence, INFLUENCE_SCALES, largestChange, rampColour } from '@partition-vae/models'

t.test('colours, on a common scale or each on its own', async t => {
  const maps = [Float32Array.of(0, 0.2), Float32Array.of(0.4, 0.1), Float32Array.of(0, 0)].map((change, i) => ({
    partition: `p${i}`,
    change,
  }))
  t.ok(Math.abs(largestChange(maps) - 0.4) < 1e-7)
  const colours = (values: number[]) => values.flatMap(value => rampColour(value))
  t.strictSame([...colourInfluence(maps, 'common')], colours([0, 0.5, 1, 0.25, 0, 0]))
  t.strictSame([...colourInfluence(maps, 'own')], colours([0, 1, 1, 0.25, 0, 0]))
  t.strictSame(INFLUENCE_SCALES, ['common', 'own'])
})
