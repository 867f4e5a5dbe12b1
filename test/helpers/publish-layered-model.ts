import {
  bytesFromUnit, latentSizeOf, layOutPartitions, openRepository, type ModelVersion,
} from '@partition-vae/models'
import { createMemoryDataset } from '../../trainer/data/memory.js'
import { recordGolden } from '../../trainer/export/golden.js'
import { recordSample } from '../../trainer/export/sample.js'
import { serveState } from '../../trainer/export/served-model.js'
import { createNetwork } from '../../trainer/model/create-network.js'
import { initialState } from '../../trainer/model/initial-state.js'
import { uniform } from './compare-engines.js'
import { layeredModel } from './layered-model.js'

const image = { height: 12, width: 16, channels: 3 } as const
/** Images of the data set that its golden examples are from. */
const COUNT = 6

/** Publishes a small layered model, untrained: a background, two sprites, a layer and a gain; with a sample. */
export async function publishLayeredModel (root: string): Promise<ModelVersion> {
  const model = layeredModel()
  const network = createNetwork(model, image)
  const state = initialState(network, 3)
  for (const name of ['player', 'ball']) state.statistics[`${name}/residual`]!.values.fill(0.1)
  const { graphs, inference } = await serveState(network, state, 1)
  const { height, width, channels } = image
  const images = bytesFromUnit(uniform(1, 0, 1, COUNT, height, width, channels).values)
  const labels = Uint8Array.from({ length: COUNT }, (_, i) => i % 3)
  const dataset = createMemoryDataset({ name: 'noise/test', shape: image, images, labels })
  const golden = await recordGolden(inference, dataset, model)
  const sample = await recordSample({ inference, dataset, latentSize: latentSizeOf(model.partitions), images: COUNT })
  await inference.dispose()
  const partitions = layOutPartitions(model.partitions)
  const latentSize = latentSizeOf(partitions)
  const repository = openRepository(root)
  const { name, version } = await repository.publish({
    card: {
      name: 'layered',
      description: 'Layers with known parts',
      image,
      subresolution: { factor: 1, interpolation: 'nearest' },
      latentSize,
      partitions,
      latentStatistics: {
        mean: Array.from({ length: latentSize }, () => 0),
        standardDeviation: Array.from({ length: latentSize }, () => 1),
        principalDirections: partitions.map(({ size }) => ({
          vector: Array.from({ length: size }, (_, i) => (i === 0 ? 1 : 0)),
          standardDeviation: 1,
        })),
      },
      training: {},
      metrics: {},
    },
    ...graphs,
    golden,
    sample,
  })
  return await repository.open(name, version)
}
