import t from 'tap'
import { checkEnoughImages, withFittingBatch } from '../../../trainer/cli/small-sets.js'
import { withValidNames } from '../../../trainer/cli/valid-names.js'
import type { ConfigRequest } from '../../../trainer/config/request.js'
import { resolveRequest } from '../../../trainer/config/resolve-request.js'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import { squaresConfig } from './cli-fixture.js'

const images = (count: number) =>
  createMemoryDataset({
    name: `x/${count}`,
    shape: { height: 1, width: 1, channels: 1 },
    images: new Uint8Array(count),
  })

async function fit (asked: Partial<ConfigRequest>, count: number) {
  let stderr = ''
  const request = { images: { directory: 'x' }, overrides: [], ...asked }
  const config = resolveRequest(request)
  const {
    fit: { batchSize },
  } = withFittingBatch(config, images(count), request, {
    stdout: { write () {} },
    stderr: {
      write: text => {
        stderr += text
      },
    },
    signal: new AbortController().signal,
    directory: '/',
  })
  return { batchSize, stderr }
}

t.test('a default batch is no larger than the training split, and that is said', async t => {
  t.strictSame(await fit({ preset: 'images' }, 12), { batchSize: 12, stderr: 'batch size 12: 12 training images\n' })
  t.strictSame(await fit({ preset: 'images' }, 64), { batchSize: 64, stderr: '' })
  t.strictSame(await fit({ preset: 'images', overrides: [['objective.pairs', { maxGap: 3 }]] }, 13), {
    batchSize: 12,
    stderr: 'batch size 12: 13 training images\n',
  })
})

t.test('a batch that somebody chose stays', async t => {
  t.strictSame(await fit({ preset: 'images', overrides: [['fit', { epochs: 1, batchSize: 40 }]] }, 12), {
    batchSize: 40,
    stderr: '',
  })
  t.strictSame(await fit({ preset: 'images', overrides: [['fit.batchSize', 40]] }, 12), { batchSize: 40, stderr: '' })
  const file = (value: unknown) => ({ file: { path: 'config.json', value } })
  t.strictSame(await fit(file(squaresConfig('x')), 12), { batchSize: 16, stderr: '' })
  const { fit: { batchSize: _, ...rest }, ...others } = squaresConfig('x')
  t.strictSame(await fit(file({ ...others, fit: rest }), 12), {
    batchSize: 12,
    stderr: 'batch size 12: 12 training images\n',
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

t.test('names that are not valid become so, and that is said', async t => {
  let stderr = ''
  const context = { stderr: { write (text: string) { stderr += text } } }
  t.strictSame(withValidNames({ name: 'My_Run', run: 'my-run', other: 1 }, context), {
    name: 'my-run',
    run: 'my-run',
    other: 1,
  })
  t.equal(stderr, '--name My_Run: taken as my-run (names have small letters, digits and dashes)\n')
  t.strictSame(withValidNames({ name: '_' }, context), { name: '_' })
  t.strictSame(withValidNames({}, context), {})
})
