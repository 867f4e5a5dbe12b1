import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { fromBinary, ModelProtoSchema } from '../../../models/foundation/onnx-protobuf.js'
import { checkGraph, decoderContract, encoderContract, latentSizeOf, readGraphInterface } from '@partition-vae/models'
import { createInference } from '../../../trainer/engine/inference.js'
import { exportGraphs } from '../../../trainer/export/graphs.js'
import { decode } from '../../../trainer/model/joint/decoder.js'
import { encode } from '../../../trainer/model/joint/encoder.js'
import { initialState } from '../../../trainer/model/initial-state.js'
import { parametersFrom } from '../../../trainer/model/parameters.js'
import { normal, runEagerly, uniform } from '../../helpers/compare-engines.js'
import { imageShape, modelVariants } from '../../helpers/model-variants.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

for (const [name, model] of Object.entries(modelVariants)) {
  for (const image of [imageShape, { height: 8, width: 12, channels: 3 } as const]) {
    t.test(
      `${name}, ${image.channels} channels: graphs fit the contract and compute what the program computes, for any batch`,
      async t => {
        const network = createNetwork(model, image)
        const { weights } = initialState(network, 3)
        const latentSize = latentSizeOf(model.partitions)
        const graphs = exportGraphs({ network, weights, metadata: { name: 'test' } })
        checkGraph(graphs.encoder, encoderContract({ image, latentSize }), 'encoder.onnx')
        checkGraph(graphs.decoder, decoderContract({ image, latentSize }), 'decoder.onnx')
        const { opset, irVersion, metadata } = readGraphInterface(graphs.encoder, 'encoder.onnx')
        t.match({ opset, irVersion, metadata }, { opset: 18, irVersion: 8, metadata: { name: 'test' } })

        const inference = await createInference({ ...graphs, image, latentSize, threads: 1 })
        for (const batch of [1, 5]) {
          const x = uniform(1, 0, 1, batch, image.height, image.width, image.channels)
          const z = normal(2, batch, latentSize)
          const reference = await runEagerly(
            ({ x, z, ...given }) => {
              const { mean, logVariance } = encode(x!, model, parametersFrom(given))
              return { mean, logVariance, image: decode(z!, model, image, parametersFrom(given)) }
            },
            { ...weights, x, z }
          )
          const found = { ...(await inference.encode(x.values)), image: await inference.decode(z.values) }
          for (const key of ['mean', 'logVariance', 'image'] as const) {
            const difference = Math.max(...found[key].map((value, i) => Math.abs(value - reference[key]!.values[i]!)))
            t.equal(found[key].length, reference[key]!.values.length, `${key}: as many numbers`)
            t.ok(difference < 1e-5, `${key} within 1e-5`, { difference })
          }
        }
        await inference.dispose()
      }
    )
  }
}

t.test('a program on tensors of the wrong name is not exported silently', async t => {
  const model = Object.values(modelVariants)[0]!
  t.throws(() => exportGraphs({ network: createNetwork(model, imageShape), weights: {} }), {
    message: /expected a tensor for parameter/,
  })
  t.ok(tf.getBackend())
})

t.test('each graph holds the weights that it uses, and no others', async t => {
  const model = Object.values(modelVariants)[0]!
  const network = createNetwork(model, imageShape)
  const { weights } = initialState(network, 3)
  const { encoder, decoder } = exportGraphs({ network, weights })
  const held = (graph: Uint8Array) =>
    fromBinary(ModelProtoSchema, graph)
      .graph!.initializer.map(({ name }) => name)
      .filter(name => name in weights)
  const isDecoders = (name: string) => name.startsWith('decoder/')
  t.strictSame(held(encoder).sort(), Object.keys(weights).filter(name => !isDecoders(name)).sort())
  t.strictSame(held(decoder).sort(), Object.keys(weights).filter(isDecoders).sort())
})
