import t from 'tap'
import { lookAtImages } from '../../../trainer/cli/look.js'
import type { Override } from '../../../trainer/config/overrides.js'
import { resolveRequest } from '../../../trainer/config/resolve-request.js'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { red, squares } from '../footage/footage.js'

interface Asked { readonly preset: string, readonly overrides?: readonly Override[], readonly objects?: number }

const requestOf = ({ preset, overrides = [] }: Asked) => ({
  preset,
  images: { directory: 'frames' },
  overrides: [['data.height', 32], ['data.width', 32], ...overrides] as Override[],
})

/** Gives what is decided for images, and what is said about it. */
async function look (dataset: ImageDataset, asked: Asked) {
  const request = requestOf(asked)
  let stderr = ''
  const context = {
    stdout: { write: () => true },
    stderr: {
      write: (text: string) => {
        stderr += text
      },
    },
    signal: new AbortController().signal,
    directory: '/nowhere',
  }
  const found = await lookAtImages(dataset, resolveRequest(request), { request, objects: asked.objects }, context)
  return { ...found, kinds: found.config.model.partitions.map(part => 'kind' in part ? part.kind : 'joint'), stderr }
}

const { dataset } = squares()

t.test('a folder of footage is modelled as footage, under its own name', async t => {
  const folder = await look(dataset, { preset: 'folder' })
  const footage = await look(dataset, { preset: 'footage' })
  t.strictSame(folder.kinds, ['sprite', 'sprite', 'sprite', 'background'])
  t.strictSame({ ...folder.config, name: 'footage' }, footage.config)
  t.equal(folder.config.name, 'folder')
  t.equal(folder.analysis?.things.length, 3)
  t.match(folder.stderr, /3 moving things/)
  t.equal((await look(dataset, { preset: 'folder', overrides: [['name', 'court']] })).config.name, 'court')
  const flagged = await look(dataset, {
    preset: 'folder', overrides: [['fit.epochs', 3], ['objective.beta', 0.5], ['fit.batchSize', 16]], objects: 2,
  })
  t.strictSame(flagged.kinds, ['sprite', 'sprite', 'background'])
  t.match(flagged.config, { fit: { epochs: 3, batchSize: 16 }, objective: { beta: 0.5 } })
})

t.test('any other folder gets the joint network, with the reason', async t => {
  const cases: ReadonlyArray<readonly [ImageDataset, Partial<Asked>, RegExp]> = [
    [
      squares({ pan: n => (n * n) % 97 }).dataset,
      {},
      /pixels vary by 0\.\d+ around the still image .* the camera seems to move/,
    ],
    [squares({ squares: [] }).dataset, {}, /found none: 100% of the pixels look as in the still image/],
    [squares({ count: 20 }).dataset, {}, /expected at least 32 images to see what moves in squares but found 20/],
    [
      squares({ squares: [{ ...red, size: [22, 22], rows: [0, 10], columns: [0, 10] }] }).dataset,
      {},
      /p1 needs \d+% of the image \(expected at most 40%/,
    ],
    [dataset, { overrides: [['model.subresolution.factor', 2]] }, /--set changes its model/],
    [dataset, { objects: 5 }, /expected 5 moving things, as --objects says, but found 3/],
  ]
  for (const [images, asked, reason] of cases) {
    const { config, kinds, analysis, stderr } = await look(images, { preset: 'folder', ...asked })
    t.strictSame(kinds, Array(6).fill('joint'))
    t.strictSame(config, resolveRequest(requestOf({ preset: 'folder', ...asked })))
    t.equal(analysis, undefined)
    t.match(stderr.split('\n').at(-2), reason)
    t.match(stderr.split('\n').at(-2), /^a joint network, as of preset images: /)
  }
})

t.test('either can be asked for', async t => {
  const images = await look(dataset, { preset: 'images' })
  t.equal(images.stderr, '')
  t.strictSame(images.kinds, Array(6).fill('joint'))
  const panned = await look(squares({ pan: n => n * n % 97 }).dataset, { preset: 'footage' })
  t.match(panned.stderr, /warning: pixels vary by .* the camera seems to move/)
  t.equal(panned.kinds.at(-1), 'background')
  await t.rejects(look(dataset, { preset: 'images', objects: 2 }), {
    code: 'PVAE_CONFIG_INVALID',
    message: /looks for moving things \(footage, folder\) for --objects but received .*images/,
  })
})

t.test('too few images, or images smaller than what they are to hold, are refused', async t => {
  await t.rejects(look(squares({ count: 40 }).dataset, { preset: 'footage', overrides: [['fit.batchSize', 41]] }), {
    code: 'PVAE_DATA_EMPTY',
    message: /at least 41 images, one batch, in squares but found 40/,
  })
  // Wide as the image: with its margin it would not fit.
  const wide = squares({
    height: 8,
    width: 8,
    squares: [{ ...red, size: [2, 7], rows: [0, 6], columns: [0, 1] }],
  }).dataset
  const { config, kinds } = await look(wide, { preset: 'footage', overrides: [['data.height', 8], ['data.width', 8]] })
  t.equal(kinds[0], 'sprite')
  const [sprite] = config.model.partitions
  if (sprite === undefined || !('columns' in sprite)) throw new Error('expected a sprite')
  t.ok(sprite.columns * sprite.cell <= 8, 'extents end at the image\'s edges')
  t.ok(createNetwork(config.model, wide.shape))
})
