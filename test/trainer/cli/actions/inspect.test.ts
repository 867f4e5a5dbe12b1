import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createRun } from '../../../../trainer/fit/run-directory.js'
import { parseRunConfig } from '../../../../trainer/config/resolve.js'
import { cli, squaresConfig, writeSquares } from '../cli-fixture.js'

const directory = process.cwd()

t.test('layers of a preset, also where its images are elsewhere, and of what is published', async t => {
  const mnist = await cli(['inspect', '--preset', 'mnist'], { directory })
  t.equal(mnist.code, 0, mnist.stderr)
  t.match(mnist.stdout, /joint network, images of 28×28×1, latent of 10 units\n/)
  const folder = await cli(
    ['inspect', '--preset', 'folder', '--height', '32', '--width', '32', '--batch-size', '8', '--json'],
    { directory }
  )
  t.match(JSON.parse(folder.stdout), { image: { height: 32, width: 32 }, memory: { batchSize: 8 } })
  const published = await cli(['inspect', '--model', 'table-tennis', '--json'], { directory })
  t.match(JSON.parse(published.stdout), {
    architecture: 'layered',
    image: { height: 48, width: 64, channels: 3 },
    latentSize: 20,
  })
})

t.test('graphs: of what is published, of a run before its first step, the training step, any file', async t => {
  const layers = await cli(['inspect', '--model', 'table-tennis', '--graph', 'layers', '--json'], { directory })
  t.match(JSON.parse(layers.stdout), { name: 'layers', outputs: [{ name: 'layers', dims: ['N', 6, 4, 48, 64] }] })
  const root = t.testdir()
  const data = await writeSquares(join(root, 'data'))
  const file = join(root, 'config.json')
  await writeFile(file, JSON.stringify(squaresConfig(data)))
  await (await createRun({ runs: join(root, 'runs'), name: 'fresh' }, parseRunConfig(squaresConfig(data)))).close()
  const decoder = await cli(['inspect', '--run', 'fresh', '--runs', join(root, 'runs'), '--graph', 'decoder'], {
    directory,
  })
  t.match(decoder.stdout, /graph decoder: .*\ninputs: latent float32 \[N, 4\]\noutputs: image float32 \[N, 1, 16, 16\]/)
  const encoder = await cli(['inspect', '--config', file, '--graph', 'encoder'], { directory })
  t.match(encoder.stdout, /inputs: image float32 \[N, 1, 16, 16\]/)
  const step = await cli(['inspect', '--config', file, '--graph', 'train-step', '--batch-size', '4', '--json'], {
    directory,
  })
  t.match(JSON.parse(step.stdout), {
    name: 'train-step',
    inputs: [{ name: 'image', dims: [4, 16, 16, 1] }],
    dynamicDims: [],
  })
  const rules = await cli(['inspect', '--preset', 'mnist', '--graph', 'train-step', '--batch-size', '16'], {
    directory,
  })
  t.match(rules.stdout, /\nrule +nodes +where\n/)
  t.match(rules.stdout, /\nbiased-product +\d+ +\S+ forward/, 'which rules were taken, and where')
  const without = ['--without', 'biased-product,step-of-rectified', '--without', 'blocked-sum']
  const fewer = await cli(
    ['inspect', '--preset', 'mnist', '--graph', 'train-step', '--batch-size', '16', ...without],
    { directory }
  )
  t.equal(fewer.code, 0, fewer.stderr)
  t.notMatch(fewer.stdout, /biased-product/)
  t.notMatch(fewer.stdout, /blocked-sum/)
  const any = await cli(['inspect', '--graph', 'models/repository/mnist/3/decoder.onnx'], { directory })
  t.match(any.stdout, /graph decoder/)
})

t.test('what makes no sense', async t => {
  const refused = async (argv: string[], message: RegExp) => {
    const { code, stderr } = await cli(['inspect', ...argv], { directory })
    t.equal(code, 1)
    t.match(stderr, message)
  }
  await refused([], /expected one of --preset NAME, .* for the model to inspect but received none/)
  await refused(['--preset', 'mnist', '--model', 'mnist'], /but received several/)
  await refused(
    ['--preset', 'mnist', '--graph', 'layers'],
    /expected a model that draws its partitions apart, for layers,/
  )
  await refused(
    ['--preset', 'mnist', '--graph', 'loss'],
    /expected encoder, decoder, layers, train-step or the path of an \.onnx file for --graph but received "loss"/
  )
  await refused(
    ['--preset', 'mnist', '--graph', 'train-step', '--without', 'magic'],
    /expected rules of .*biased-product.* but received "magic"/
  )
  await refused(
    ['--preset', 'mnist', '--graph', 'encoder', '--without', 'blocked-sum'],
    /expected --graph train-step beside it for --without/
  )
  await refused(['--graph', 'missing.onnx'], /no such file or folder: missing\.onnx \(--graph\)/)
  const labelled = JSON.stringify({ count: 10, batchSize: 4, weight: 1 })
  await refused(
    ['--preset', 'table-tennis', '--set', `objective.labels=${labelled}`, '--graph', 'train-step'],
    /expected an objective without labels/
  )
})
