import t from 'tap'
import { layOutPartitions, measureInfluence } from '@partition-vae/models'

const deviations = [1, 0.5, 2]
const weights = [[0.1, 0, 0, 0.02], [0, 0.2, 0, 0.02], [0, 0, -0.05, 0.01]]
const card = {
  image: { height: 1, width: 2, channels: 2 },
  latentSize: 3,
  partitions: layOutPartitions([{ name: 'both', size: 2 }, { name: 'one', size: 1 }]),
  latentStatistics: { mean: [0, 0, 0], standardDeviation: deviations, principalDirections: [] },
}
/** Image = latent · weights, four values. */
const decode = async (latents: Float32Array, n: number) =>
  Float32Array.from({ length: 4 * n }, (_, i) =>
    weights.reduce((sum, row, unit) => sum + row[i % 4]! * latents[Math.floor(i / 4) * 3 + unit]!, 0)
  )

// Steps -2.5, -1.25 ... 2.5: their mean absolute value is 1.5.
const change = (unit: number, value: number) => 1.5 * deviations[unit]! * Math.abs(weights[unit]![value]!)

t.test('a linear decoder: mean |step| times deviation times |weight|, whatever the base', async t => {
  for (const [layout, values] of [['interleaved', [[0, 1], [2, 3]]], ['planar', [[0, 2], [1, 3]]]] as const) {
    const maps = await measureInfluence(card, Float32Array.of(0, 0, 0, 3, -1, 2), decode, layout)
    t.strictSame(maps.map(({ partition }) => partition), ['both', 'one'])
    const of = (units: number[]) =>
      values.map(
        ([a, b]) => units.reduce((sum, unit) => sum + change(unit, a) + change(unit, b), 0) / 2 / units.length
      )
    for (const [i, units] of [[0, [0, 1]], [1, [2]]] as const) {
      for (const [pixel, wanted] of of([...units]).entries()) {
        t.ok(Math.abs(maps[i]!.change[pixel]! - wanted) < 1e-6, `${layout}, partition ${i}, pixel ${pixel}`)
      }
    }
  }
})

t.test('a partition of many units is decoded in pieces, to the same effect', async t => {
  const many = {
    ...card,
    latentSize: 30,
    partitions: layOutPartitions([{ name: 'wide', size: 30 }]),
    latentStatistics: {
      mean: new Array(30).fill(0),
      standardDeviation: new Array(30).fill(1),
      principalDirections: [],
    },
  }
  const sizes: number[] = []
  const [map] = await measureInfluence(many, new Float32Array(30), async (latents, n) => {
    sizes.push(n)
    return Float32Array.from(
      { length: 4 * n },
      (_, i) => latents.subarray(Math.floor(i / 4) * 30, (Math.floor(i / 4) + 1) * 30).reduce((a, b) => a + b, 0) / 10
    )
  }, 'planar')
  t.strictSame(sizes, [1, 64, 64, 22])
  for (const value of map!.change) t.ok(Math.abs(value - 0.15) < 1e-6)
})
