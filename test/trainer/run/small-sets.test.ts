import t from 'tap'
import { checkEnoughImages, withFittingBatch } from '../../../trainer/run/small-sets.js'
import type { ConfigRequest } from '../../../trainer/config/request.js'
import { resolveRequest } from '../../../trainer/config/resolve-request.js'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import { squaresConfig } from '../cli/cli-fixture.js'
import { record } from './recording.js'

const images = (count: number) =>
  createMemoryDataset({
    name: `x/${count}`,
    shape: { height: 1, width: 1, channels: 1 },
    images: new Uint8Array(count),
  })

async function fit (asked: Partial<ConfigRequest>, count: number) {
  const { context, of } = record()
  const request = { images: { directory: 'x' }, overrides: [], ...asked }
  const config = resolveRequest(request)
  const {
    fit: { batchSize },
  } = withFittingBatch(config, images(count), request, context.observer)
  return { batchSize, told: of('onSmallBatch') }
}

t.test('a default batch is no larger than the training split, and that is told', async t => {
  t.strictSame(await fit({ preset: 'images' }, 12), { batchSize: 12, told: [{ batchSize: 12, images: 12 }] })
  t.strictSame(await fit({ preset: 'images' }, 64), { batchSize: 64, told: [] })
  t.strictSame(await fit({ preset: 'images', overrides: [['objective.pairs', { maxGap: 3 }]] }, 13), {
    batchSize: 12,
    told: [{ batchSize: 12, images: 13 }],
  })
})

t.test('a batch that somebody chose stays', async t => {
  t.strictSame(await fit({ preset: 'images', overrides: [['fit', { epochs: 1, batchSize: 40 }]] }, 12), {
    batchSize: 40,
    told: [],
  })
  t.strictSame(await fit({ preset: 'images', overrides: [['fit.batchSize', 40]] }, 12), { batchSize: 40, told: [] })
  const file = (value: unknown) => ({ file: { path: 'config.json', value } })
  t.strictSame(await fit(file(squaresConfig('x')), 12), { batchSize: 16, told: [] })
  const { fit: { batchSize: _, ...rest }, ...others } = squaresConfig('x')
  t.strictSame(await fit(file({ ...others, fit: rest }), 12), {
    batchSize: 12,
    told: [{ batchSize: 12, images: 12 }],
  })
})

t.test('what can\'t be computed of so few is refused', async t => {
  await t.rejects(fit({ preset: 'mnist' }, 8), {
    code: 'PVAE_CONFIG_INVALID',
    message: /more images than the latent has units \(10\).* for fit\.batchSize but received 8/,
  })
})

t.test('two images to train and one to test are the least', async t => {
  t.doesNotThrow(() => checkEnoughImages({ train: images(2), test: images(1) }))
  for (const [train, test] of [[1, 2], [2, 0], [0, 1]] as const) {
    t.throws(() => checkEnoughImages({ train: images(train), test: images(test) }), {
      code: 'PVAE_DATA_EMPTY',
      message: `expected at least 2 images to train (x/${train}) and 1 to test (x/${test}) but found ${train} and ` +
        `${test}: add images`,
    })
  }
})
