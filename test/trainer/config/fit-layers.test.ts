import t from 'tap'
import { fitLayers } from '../../../trainer/config/fit-layers.js'
import { findPreset } from '../../../trainer/config/presets.js'
import { resolveRequest } from '../../../trainer/config/resolve-request.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { listParameters } from '../../../trainer/model/initial-state.js'

const { config, drawnAt } = findPreset('table-tennis')
type Model = Parameters<typeof fitLayers>[0]
const resolved = (height: number, width: number) => {
  const { model } = resolveRequest({
    preset: 'table-tennis', overrides: [['data.height', height], ['data.width', width]],
  })
  if (model.architecture !== 'layered') throw new Error(`expected layers but found ${model.architecture}`)
  return model
}

t.test('scenes of less than twice the side keep the model as it is', async t => {
  for (const side of [24, 48, 72, 95]) {
    t.equal(fitLayers(config.model as Model, { height: side, width: side }, drawnAt!), config.model, `${side}`)
  }
})

t.test('larger scenes begin as coarse as small ones, hold what is in them, with at most 8 million weights', async t => {
  for (const [height, width] of [[96, 128], [120, 160], [192, 256], [288, 384], [384, 512]] as const) {
    const model = resolved(height, width)
    const network = createNetwork(model, { height, width, channels: 3 })
    const weights = listParameters(network).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
    t.ok(weights <= 8e6, `${width}×${height}: ${weights}`)
    t.ok(height / model.coarse!.factor <= 48, `${width}×${height} at 1/${model.coarse!.factor}`)
    const [first] = model.partitions
    t.match(first, { kind: 'sprite' })
    if (first?.kind !== 'sprite') continue
    t.ok(first.rows * first.cell >= 28 * height / 48, `${first.rows} rows of ${first.cell}`)
    t.ok(first.columns * first.cell >= 26 * height / 48, `${first.columns} columns of ${first.cell}`)
    t.ok(first.rows <= 2 * 28 + 8, 'four times as many cells, rounded up')
  }
})

t.test('what is asked for wins', async t => {
  const { model } = resolveRequest({
    preset: 'table-tennis',
    overrides: [['data.height', 96], ['data.width', 128], ['model.coarse.factor', 2]],
  })
  t.match(model, { coarse: { factor: 2 }, partitions: [{ rows: 56, columns: 52, cell: 1 }] })
})
