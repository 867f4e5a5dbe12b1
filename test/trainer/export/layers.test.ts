/** The exported graphs of layered models. */
import t from 'tap'
import { checkGraph, decoderContract, encoderContract, layersContract } from '@partition-vae/models'
import { permute } from '../../../trainer/engine/permute.js'
import { createRuntimeSession } from '../../../trainer/engine/runtime.js'
import { exportGraphs } from '../../../trainer/export/graphs.js'
import { serveState } from '../../../trainer/export/served-model.js'
import { initialState } from '../../../trainer/model/initial-state.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { parametersFrom } from '../../../trainer/model/parameters.js'
import { normal, runEagerly, uniform } from '../../helpers/compare-engines.js'
import { layeredModel } from '../../helpers/layered-model.js'

const image = { height: 12, width: 16, channels: 3 }
const largest = (a: Float32Array, b: Float32Array) =>
  a.length === b.length ? Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) : Infinity

t.test('graphs fit the contract and compute what the program computes, for any batch', async t => {
  const model = layeredModel({ coarseSteps: 5 })
  const network = createNetwork(model, image)
  const { weights, statistics } = initialState(network, 3)
  for (const name of ['player', 'ball']) statistics[`${name}/residual`]!.values.fill(0.1)
  const graphs = exportGraphs({ network, weights, statistics })
  const shape = { image, latentSize: 10, partitions: model.partitions }
  checkGraph(graphs.encoder, encoderContract(shape), 'encoder.onnx')
  checkGraph(graphs.decoder, decoderContract(shape), 'decoder.onnx')
  checkGraph(graphs.layers!, layersContract(shape), 'layers.onnx')
  const sessions = await Promise.all(
    [graphs.encoder, graphs.decoder, graphs.layers!].map(graph => createRuntimeSession(graph, { threads: 1 }))
  )
  for (const batch of [1, 5]) {
    const x = uniform(1, 0, 1, batch, 12, 16, 3)
    const z = normal(2, batch, 10)
    const wanted = await runEagerly(({ x, z, ...given }) => {
      const values = { parameters: parametersFrom(given), statistics: given }
      const { mean, logVariance } = network.encode(x!, values)
      return { mean, logVariance, image: network.decode(z!, values), layers: network.layers!(z!, values) }
    }, { ...weights, ...statistics, x, z })
    const [encoder, decoder, layers] = sessions
    const found = {
      ...(await encoder!.run({ image: permute(x, [0, 3, 1, 2]) })),
      ...(await decoder!.run({ latent: z })),
      ...(await layers!.run({ latent: z })),
    }
    t.ok(largest(found.mean!.values, wanted.mean!.values) < 1e-5)
    t.ok(largest(found.log_variance!.values, wanted.logVariance!.values) < 1e-5)
    t.ok(largest(permute(found.image!, [0, 2, 3, 1]).values, wanted.image!.values) < 1e-5)
    t.strictSame(found.layers!.shape, [batch, 5, 4, 12, 16])
    t.ok(largest(found.layers!.values, wanted.layers!.values) < 1e-5)
  }
  await Promise.all(sessions.map(session => session.release()))
})

t.test('a model in its coarse phase is served at full resolution', async t => {
  const network = createNetwork(layeredModel({ coarseSteps: 5 }), image)
  const { inference } = await serveState(network, initialState(network.at(2), 3), 1)
  t.equal((await inference.decode(normal(2, 2, 10).values)).length, 2 * 12 * 16 * 3)
  await inference.dispose()
})
