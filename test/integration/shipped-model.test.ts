/** The model that ships: its files, its graphs against the program they came from, and the quality its card claims. */
import { fileURLToPath } from 'node:url'
import { fromBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema } from 'onnx-buf'
import t from 'tap'
import { checkGolden, openRepository, pixelCount, unitFromBytes } from '@partition-vae/models'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import { openDataset } from '../../trainer/data/index.js'
import { createInference } from '../../trainer/engine/inference.js'
import { permute } from '../../trainer/engine/permute.js'
import { evaluateModel } from '../../trainer/evaluate/index.js'
import { planarRunner } from '../../trainer/export/golden.js'
import { createNetwork } from '../../trainer/model/network.js'
import { parametersFrom } from '../../trainer/model/parameters.js'
import type { Tensors } from '../../trainer/onnx/trace.js'
import { runEagerly, type Input } from '../helpers/compare-engines.js'

const shipped = await openRepository(fileURLToPath(new URL('../../models/repository', import.meta.url))).open('mnist', 1)
const { card } = shipped
const { test } = await openDataset({ source: 'mnist' })
const inference = await createInference({ encoder: shipped.encoder, decoder: shipped.decoder, image: card.image, latentSize: card.latentSize })
const config = parseRunConfig(card.training.config)

/** The weights inside an exported graph, back in TensorFlow.js's layout. */
function weightsOf (graph: Uint8Array): Record<string, Input> {
  const weights: Record<string, Input> = {}
  for (const { name, dims, rawData } of fromBinary(ModelProtoSchema, graph).graph!.initializer) {
    if (!name.includes('/')) continue
    const array = { shape: dims.map(Number), values: new Float32Array(rawData.slice().buffer) }
    weights[name] = array.shape.length === 4 ? permute(array, [2, 3, 1, 0]) : array
  }
  return weights
}

t.test('is what the issue of partitions asks for, and reproduces its golden examples', async t => {
  t.strictSame(card.partitions.map(({ size }) => size), [4, 3, 3])
  t.equal(card.subresolution.factor, 2)
  await checkGolden(shipped.golden, card, planarRunner(inference, card.image), 'mnist/1')
})

t.test('graphs and program agree within 1e-5 on 1,000 test images', async t => {
  const weights = { ...weightsOf(shipped.encoder), ...weightsOf(shipped.decoder) }
  const network = createNetwork(config.model, card.image)
  const values = (given: Tensors) => ({ parameters: parametersFrom(given), statistics: {} })
  let largest = 0
  for (let start = 0; start < 1000; start += 100) {
    const bytes = new Uint8Array(100 * pixelCount(card.image))
    await test.read(Uint32Array.from({ length: 100 }, (_, i) => start + i), bytes)
    const image = unitFromBytes(bytes)
    const reference = await runEagerly(({ image, ...given }) => {
      const { mean, logVariance } = network.encode(image!, values(given))
      return { mean, logVariance, image: network.decode(mean, values(given)) }
    }, { ...weights, image: { shape: [100, card.image.height, card.image.width, card.image.channels], values: image } })
    const { mean, logVariance } = await inference.encode(image)
    const found = { mean, logVariance, image: await inference.decode(mean) }
    for (const key of ['mean', 'logVariance', 'image'] as const) {
      found[key].forEach((value, i) => { largest = Math.max(largest, Math.abs(value - reference[key]!.values[i]!)) })
    }
  }
  t.ok(largest <= 1e-5, 'within 1e-5', { largest })
  t.comment(`largest difference ${largest.toExponential(1)}`)
})

t.test('is as good as its card says, and as we promise', async t => {
  const metrics = await evaluateModel({ inference, dataset: test, partitions: card.partitions, likelihood: config.model.likelihood })
  t.ok(metrics.mse <= 0.0150, 'MSE at full resolution', { mse: metrics.mse })
  t.ok(Object.values(metrics.klByPartition).every(kl => kl >= 0.1), 'no dead partition', { klByPartition: metrics.klByPartition })
  t.equal(metrics.activeUnits, 10)
  const claimed = (card.metrics as { test: { mse: number } }).test
  t.ok(Math.abs(claimed.mse - metrics.mse) < 1e-6, 'the card tells the truth', { claimed: claimed.mse, found: metrics.mse })
})

t.teardown(async () => {
  await inference.dispose()
  await test.close()
})
