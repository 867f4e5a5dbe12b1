import t from 'tap'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { findPreset } from '../../../trainer/config/presets.js'
import { describeNetwork } from '../../../trainer/inspect/network.js'
import { estimateMemory } from '../../../trainer/inspect/memory.js'
import { networkText } from '../../../trainer/inspect/text.js'
import { listParameters } from '../../../trainer/model/initial-state.js'
import { squaresConfig } from '../cli/cli-fixture.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

const config = parseRunConfig(squaresConfig('.'))
const image = { height: 16, width: 16, channels: 1 } as const
const network = createNetwork(config.model, image)

t.test('a small network, counted by hand', async t => {
  const { layers, totals, parameters, parametersByPartition, sharedParameters } = describeNetwork(network)
  const of = (name: string) => layers.find(layer => layer.name === name)!
  t.match(of('encoder/block0'), {
    graph: 'encoder',
    input: [16, 16, 1],
    parameters: 9 * 4 + 4,
    multiplyAdds: 8 * 8 * 4 * 9,
  })
  t.equal(of('encoder/block0').kernels[0], 'Conv2D')
  t.match(of('encoder/hidden0'), { input: [256], output: [16], parameters: 256 * 16 + 16, multiplyAdds: 256 * 16 })
  t.match(of('encoder/representation'), { input: [16], output: [4], parameters: 16 * 4 + 4, multiplyAdds: 64 })
  t.match(of('decoder/hidden0'), { graph: 'decoder', input: [4], output: [16], parameters: 4 * 16 + 16 })
  t.match(of('decoder/base'), { output: [4, 4, 4], parameters: 16 * 64 + 64, multiplyAdds: 16 * 64 })
  t.match(of('decoder/block0'), {
    input: [4, 4, 4],
    output: [8, 8, 4],
    parameters: 16 * 16 + 4,
    multiplyAdds: 4 * 4 * 4 * 16 * 4,
  })
  // rows [16, 8] · [8, 8], then columns
  t.match(of('upsampling'), {
    input: [8, 8, 1],
    output: [16, 16, 1],
    parameters: 0,
    multiplyAdds: 16 * 8 * 8 + 16 * 16 * 8,
  })
  t.equal(parametersByPartition['p1'], parametersByPartition['p2'])
  t.equal(sharedParameters + parametersByPartition['p1']! + parametersByPartition['p2']!, parameters)
  const { partitions } = config.model
  const alike = describeNetwork(createNetwork({
    ...config.model, partitions: partitions.map((partition, i) => ({ ...partition, name: ['p', 'p2'][i]! })),
  } as typeof config.model, image))
  t.strictSame(
    Object.values(alike.parametersByPartition),
    Object.values(parametersByPartition),
    'also where one name begins another'
  )
  t.equal(totals.encoder.parameters + totals.decoder.parameters, parameters, 'they share nothing')
  t.equal(layers.reduce((sum, { share }) => sum + share, 0).toFixed(9), '1.000000000')
  const names = layers.map(({ name }) => name)
  t.strictSame(
    names.slice(0, 3),
    ['encoder/block0', 'encoder/hidden0', 'encoder/representation'],
    'in the order of the computation'
  )
  t.equal(names.at(-1), 'upsampling')
})

for (const [name, size] of [
  ['digits', { height: 28, width: 28, channels: 1 }],
  ['table-tennis', { height: 48, width: 64, channels: 3 }],
] as const) {
  t.test(`${name}: every parameter belongs to a layer`, async t => {
    const { model } = parseRunConfig(findPreset(name).config)
    const { layers, parameters, totals } = describeNetwork(createNetwork(model, size))
    const specs = listParameters(createNetwork(model, size))
    t.equal(
      parameters,
      specs.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
    )
    t.ok(
      totals.encoder.parameters + totals.decoder.parameters >=
        parameters - specs.filter(({ name }) => name.startsWith('likelihood/')).length
    )
    t.ok(
      layers.every(({ multiplyAdds }) => multiplyAdds >= 0),
      'no work is negative'
    )
    t.ok(
      layers.every(({ share }) => share >= 0),
      'no share is negative'
    )
    t.ok(
      layers.every(({ share }) => share < 1),
      'no layer is all'
    )
  })
}

t.test('memory grows with the batch where it should', async t => {
  const [small, large] = [8, 16].map(batch => estimateMemory(network, config, batch)) as [
    ReturnType<typeof estimateMemory>,
    ReturnType<typeof estimateMemory>
  ]
  const { parameters } = describeNetwork(network)
  t.equal(small.weights, 4 * parameters)
  // weights, moments, gradients and their copy; the running variance of pixels before and after the step
  t.equal(small.trainingState, 5 * 4 * parameters + 2 * 4)
  t.equal(large.trainingState, small.trainingState)
  const ratio = large.trainingResults / small.trainingResults
  t.ok(ratio > 1.2, 'more', { ratio })
  t.ok(ratio < 2.1, 'about twice as much', { ratio })
})

t.test('as a table', async t => {
  const description = describeNetwork(network)
  const text = networkText(description, estimateMemory(network, config, 8))
  t.match(text, /^joint network, images of 16×16×1, latent of 4 units\n/)
  t.match(text, /encoder {2}encoder\/block0 +Conv2D, Add.* 16×16×1 → \S+ +40 +2,304 +\d+\.\d%/)
  const long = { ...description, layers: [{ ...description.layers[0]!, kernels: ['A', 'B', 'C', 'D', 'E'] }] }
  t.match(
    networkText(long, estimateMemory(network, config, 8)),
    /A, B, C and 2 more {2}/,
    'as many kernels as a line has room for'
  )
  t.match(
    text,
    /all: [\d,]+ parameters: p1 \d+, p2 \d+, shared [\d,]+\nmemory: weights 0\.0 MiB; training with batches of 8: state 0\.1 MiB/
  )
})
