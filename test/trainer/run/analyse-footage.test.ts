import t from 'tap'
import { completeByFootage } from '../../../trainer/run/analyse-footage.js'
import type { Override } from '../../../trainer/config/overrides.js'
import { resolveRequest } from '../../../trainer/config/resolve-request.js'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import type { JointReason } from '../../../trainer/run/observer.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { red, squares } from '../footage/footage.js'
import { record } from './recording.js'

/** A reason's code, and patterns for what else it says. */
interface Reason { readonly code: JointReason['code'], readonly [detail: string]: unknown }

interface Asked { readonly preset: string, readonly overrides?: readonly Override[], readonly objects?: number }

const requestOf = ({ preset, overrides = [] }: Asked) => ({
  preset,
  images: { directory: 'frames' },
  overrides: [['data.height', 32], ['data.width', 32], ...overrides] as Override[],
})

/** Gives what is decided for images, and what is told about it. */
async function complete (dataset: ImageDataset, asked: Asked) {
  const request = requestOf(asked)
  const recording = record()
  const { objects } = asked
  const found = await completeByFootage(dataset, resolveRequest(request), { request, objects }, recording.context)
  const kinds = found.config.model.partitions.map(part => 'kind' in part ? part.kind : 'joint')
  const [architecture] = recording.of('onArchitecture')
  return { ...found, kinds, architecture, recording }
}

const { dataset } = squares()

t.test('a folder of footage is modelled as footage, under its own name', async t => {
  const folder = await complete(dataset, { preset: 'folder' })
  const footage = await complete(dataset, { preset: 'footage' })
  t.strictSame(folder.kinds, ['sprite', 'sprite', 'sprite', 'background'])
  t.strictSame({ ...folder.config, name: 'footage' }, footage.config)
  t.equal(folder.config.name, 'folder')
  t.equal(folder.analysis?.things.length, 3)
  t.strictSame(folder.recording.names(), ['onAnalysing', 'onAnalysis', 'onArchitecture'])
  t.strictSame(folder.architecture, { architecture: 'layered', warnings: [] })
  t.equal(folder.recording.of('onAnalysis')[0], folder.analysis)
  t.equal((await complete(dataset, { preset: 'folder', overrides: [['name', 'court']] })).config.name, 'court')
  const flagged = await complete(dataset, {
    preset: 'folder', overrides: [['fit.epochs', 3], ['objective.beta', 0.5], ['fit.batchSize', 16]], objects: 2,
  })
  t.strictSame(flagged.kinds, ['sprite', 'sprite', 'background'])
  t.match(flagged.config, { fit: { epochs: 3, batchSize: 16 }, objective: { beta: 0.5 } })
})

t.test('any other folder gets the joint network, with the reason', async t => {
  const cases: ReadonlyArray<readonly [ImageDataset, Partial<Asked>, Reason]> = [
    [
      squares({ pan: n => (n * n) % 97 }).dataset,
      {},
      { code: 'no footage', message: /^the camera moves by up to \d+ rows and \d+ columns .*expected at most/ },
    ],
    [
      squares({ squares: [] }).dataset,
      {},
      { code: 'no footage', message: /found none: 100% of the pixels look as in the still image/ },
    ],
    [squares({ count: 20 }).dataset, {}, { code: 'few images', fewest: 32, name: 'squares', count: 20 }],
    [
      squares({ squares: [{ ...red, size: [22, 22], rows: [0, 10], columns: [0, 10] }] }).dataset,
      {},
      { code: 'large thing', partition: 'p1', share: Number, largestShare: 0.4 },
    ],
    [dataset, { overrides: [['model.subresolution.factor', 2]] }, { code: 'model given' }],
    [
      dataset,
      { objects: 5 },
      { code: 'no footage', message: /expected 5 moving things, as --objects says, but found 3/ },
    ],
  ]
  for (const [images, asked, reason] of cases) {
    const { config, kinds, analysis, architecture } = await complete(images, { preset: 'folder', ...asked })
    t.strictSame(kinds, Array(6).fill('joint'))
    t.strictSame(config, resolveRequest(requestOf({ preset: 'folder', ...asked })))
    t.equal(analysis, undefined)
    t.match(architecture, { architecture: 'joint', reason })
  }
})

t.test('either can be asked for', async t => {
  const images = await complete(dataset, { preset: 'images' })
  t.strictSame(images.recording.events, [])
  t.strictSame(images.kinds, Array(6).fill('joint'))
  const panned = await complete(squares({ pan: n => n * n % 97 }).dataset, { preset: 'footage' })
  const warnings = [/^the camera moves by up to/, /pixels vary by .* the camera seems to move/]
  t.match(panned.architecture, { architecture: 'layered', warnings })
  t.equal(panned.kinds.at(-1), 'background')
  await t.rejects(complete(dataset, { preset: 'images', objects: 2 }), {
    code: 'PVAE_CONFIG_INVALID',
    message: /looks for moving things \(footage, folder\) for --objects but received .*images/,
  })
})

t.test('too few images, or images smaller than what they are to hold, are refused', async t => {
  await t.rejects(complete(squares({ count: 40 }).dataset, { preset: 'footage', overrides: [['fit.batchSize', 41]] }), {
    code: 'PVAE_DATA_EMPTY',
    message: /at least 41 images, one batch, in squares but found 40/,
  })
  // Wide as the image: with its margin it would not fit.
  const wide = squares({
    height: 8,
    width: 8,
    squares: [{ ...red, size: [2, 7], rows: [0, 6], columns: [0, 1] }],
  }).dataset
  const overrides = [['data.height', 8], ['data.width', 8]] as const
  const { config, kinds } = await complete(wide, { preset: 'footage', overrides })
  t.equal(kinds[0], 'sprite')
  const [sprite] = config.model.partitions
  if (sprite === undefined || !('columns' in sprite)) throw new Error('expected a sprite')
  t.ok(sprite.columns * sprite.cell <= 8, 'extents end at the image\'s edges')
  t.ok(createNetwork(config.model, wide.shape))
})
