import t from 'tap'
import { parseRunConfig } from '../../../../trainer/config/resolve.js'
import type { SlotsModelConfig } from '../../../../trainer/config/slots-schema.js'
import { planSlots } from '../../../../trainer/model/slots/plan.js'
import { nearnessTo } from '../../../../trainer/model/slots/seed.js'
import { runEagerly } from '../../../helpers/compare-engines.js'

t.test('each corner is the nearest to itself, its opposite the farthest, and rows count more than columns', async t => {
  const [height, width] = [4, 6]
  const { model } = parseRunConfig({
    name: 'slots',
    data: { source: 'folder', directory: '/pictures', height, width, channels: 1 },
    model: {
      architecture: 'slots',
      partitions: [{ name: 'thing', size: 7, kind: 'slot' }, { name: 'background', size: 1, kind: 'background' }],
      extent: 4,
    },
    objective: {},
    fit: { epochs: 1 },
  })
  const plan = planSlots(model as SlotsModelConfig, { height, width, channels: 1 })
  const places = [[0, 0], [3, 5], [0, 5], [3, 0]] as const
  const { nearness } = await runEagerly(() => ({ nearness: nearnessTo([0, 1, 2, 3], plan) }), {})
  for (const [corner, [row, column]] of places.entries()) {
    const values = nearness!.values.slice(corner * height * width, (corner + 1) * height * width)
    const of = (y: number, x: number) => values[y * width + x]!
    t.ok(Math.abs(of(row, column) - 1) < 1e-6 && Math.max(...values) === of(row, column), `corner ${corner} is nearest`)
    t.equal(Math.min(...values), of(height - 1 - row, width - 1 - column), 'the opposite corner is least')
    t.ok(of(row, width - 1 - column) > of(height - 1 - row, column), 'along the row is nearer than along the column')
  }
})
