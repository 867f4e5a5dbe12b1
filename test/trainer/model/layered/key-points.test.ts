import t from 'tap'
import { LayeredModelConfigSchema, type LayeredModelConfig } from '../../../../trainer/config/layered-schema.js'
import type { NamedArrays } from '../../../../trainer/foundation/training-state.js'
import { keyPointCoincidence } from '../../../../trainer/measure/disentanglement/index.js'
import { rememberedKeyPoints } from '../../../../trainer/model/layered/key-points.js'
import { EMPTY, REMEMBERED, statisticName } from '../../../../trainer/model/layered/statistics.js'
import { Value } from '../../../../models/foundation/typebox.js'

const sprite = (name: string) => ({ name, size: 3, kind: 'sprite', rows: 4, columns: 4 })
const model = Value.Default(LayeredModelConfigSchema, {
  architecture: 'layered',
  partitions: [sprite('a'), sprite('b'), sprite('later'), { name: 'behind', size: 2, kind: 'background' }],
}) as LayeredModelConfig

/** Key points (row, column) of the newest images first; the rest is empty. */
function statisticsOf (
  points: Record<string, { active: boolean; at: ReadonlyArray<readonly [number, number]> }>
): NamedArrays {
  return Object.fromEntries(
    Object.entries(points).flatMap(([name, { active, at }]) => [
      [statisticName(name, 'active'), { shape: [], values: Float32Array.of(Number(active)) }],
      [
        statisticName(name, 'keyPoints'),
        {
          shape: [REMEMBERED, 2],
          values: Float32Array.from({ length: 2 * REMEMBERED }, (_, i) => at[Math.floor(i / 2)]?.[i % 2] ?? EMPTY),
        },
      ],
    ])
  )
}

t.test('of sprites that take part, in images that all of them were looked for in, as x and y', async t => {
  const statistics = statisticsOf({
    a: { active: true, at: [[1, 2], [3, 4], [5, 6]] },
    b: { active: true, at: [[2, 3], [30, 4]] },
    later: { active: false, at: [[9, 9]] },
  })
  const { names, keyPoints } = rememberedKeyPoints(model, statistics)
  t.strictSame(names, ['a', 'b'])
  t.strictSame([...keyPoints], [2, 1, 3, 2, 4, 3, 4, 30])
  t.equal(keyPointCoincidence(keyPoints, names).largest, 0.5, 'together in one of two images')
})
