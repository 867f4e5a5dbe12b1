/** The models that both sides serve, in a temporary repository. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createGolden, latentSizeOf, layOutPartitions, openRepository, pixelCount, type Card,
} from '@partition-vae/models'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { planarRunner } from '../../../trainer/export/golden.js'
import { serveState } from '../../../trainer/export/served-model.js'
import { initialState } from '../../../trainer/model/initial-state.js'
import { createRandom } from '../../../trainer/random/index.js'
import { SHIPPED } from '../shipped.js'

export interface BenchRepository {
  readonly root: string
  /** 28 × 28 × 1: the model that ships, or an untrained one of the same build where it is missing. */
  readonly digits: Card
  /** 96 × 160 × 3, untrained: what it costs does not depend on its weights. */
  readonly photos: Card
  remove (): Promise<void>
}

const photoConfig = {
  name: 'photos',
  description: 'Photographs at 160×96, untrained: for benchmarks',
  data: { source: 'mnist' },
  model: {
    partitions: [{ name: 'p1', size: 4 }, { name: 'p2', size: 3 }, { name: 'p3', size: 3 }],
    subresolution: { factor: 2, interpolation: 'bilinear' },
    encoder: { blocks: [8, 16, 32].map(channels => ({ channels, kernel: 4, downsample: 'stride' })), hidden: [64] },
    heads: { hidden: 16, residual: true },
    decoder: { hidden: [64], base: 16, blocks: [{ channels: 16, kernel: 4, upsample: 'transposed' }], outputKernel: 3 },
    likelihood: { kind: 'gaussian', variance: 'calibrated' },
  },
  fit: { epochs: 1 },
}

export async function publishUntrained (root: string, config: unknown, image: Card['image']): Promise<Card> {
  const { name, description, model, seed } = parseRunConfig(config)
  const network = createNetwork(model, image)
  const { graphs, inference } = await serveState(network, initialState(network, seed), 1)
  const partitions = layOutPartitions(model.partitions)
  const latentSize = latentSizeOf(partitions)
  const random = createRandom(seed, 'bench-golden')
  const noise = () => Uint8Array.from({ length: pixelCount(image) }, () => random.integer(256))
  const repository = openRepository(root)
  const { version } = await repository.publish({
    card: {
      name,
      description,
      image,
      subresolution: model.subresolution,
      latentSize,
      partitions,
      latentStatistics: {
        mean: Array(latentSize).fill(0),
        standardDeviation: Array(latentSize).fill(1),
        principalDirections: partitions.map(({ size }) =>
          ({ vector: Array.from({ length: size }, (_, i) => i === 0 ? 1 : 0), standardDeviation: 1 })),
      },
      training: {},
      metrics: {},
    },
    ...graphs,
    golden: await createGolden({ image, latentSize }, [noise(), noise()], planarRunner(inference, image)),
    report: new Map(),
  })
  await inference.dispose()
  return (await repository.open(name, version)).card
}

export async function createBenchRepository (): Promise<BenchRepository> {
  const root = await mkdtemp(join(tmpdir(), 'partition-vae-bench-'))
  if (existsSync(join(SHIPPED, 'mnist'))) {
    // Its highest version, under its own number: a card says which it is.
    const { card, directory } = await openRepository(SHIPPED).open('mnist')
    await mkdir(join(root, 'mnist'))
    await cp(directory, join(root, 'mnist', String(card.version)), { recursive: true })
  } else {
    console.log('the model that ships is missing: an untrained one of the same build takes its place')
    await publishUntrained(root, findPreset('mnist').config, { height: 28, width: 28, channels: 1 })
  }
  return {
    root,
    digits: (await openRepository(root).open('mnist')).card,
    photos: await publishUntrained(root, photoConfig, { height: 96, width: 160, channels: 3 }),
    remove: () => rm(root, { recursive: true, force: true }),
  }
}
