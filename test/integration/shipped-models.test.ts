/**
 * The models of digits that ship: their files, their graphs against the program they came from, and the quality their
 * cards claim.
 */
import { fileURLToPath } from 'node:url'
import { fromBinary, ModelProtoSchema } from '../../models/foundation/onnx-protobuf.js'
import t from 'tap'
import { checkGolden, openRepository, pixelCount, unitFromBytes } from '@partition-vae/models'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import { openDataset } from '../../trainer/data/index.js'
import { createInference } from '../../trainer/engine/inference.js'
import { permute } from '../../trainer/engine/permute.js'
import { evaluateModel, type Metrics } from '../../trainer/measure/index.js'
import { planarRunner } from '../../trainer/export/golden.js'
import { createNetwork } from '../../trainer/model/create-network.js'
import { parametersFrom } from '../../trainer/model/parameters.js'
import type { Tensors } from '../../trainer/onnx/trace.js'
import { runEagerly, type Input } from '../helpers/compare-engines.js'

interface Promised {
  readonly name: string
  readonly partitions: Readonly<Record<string, number>>
  readonly factor: number
  /** Images that graphs and program are compared on. */
  readonly compared: number
  readonly mse: number
  readonly swapEffect: number
  readonly totalCorrelation: number
}

/** Images that are run at once. */
const BATCH = 50

const models: readonly Promised[] = [
  {
    name: 'mnist',
    partitions: { p1: 4, p2: 3, p3: 3 },
    factor: 2,
    compared: 200,
    mse: 0.0165,
    swapEffect: 0.15,
    totalCorrelation: 0.02,
  },
  {
    name: 'digits',
    partitions: { pose: 3, shape: 4, style: 3 },
    factor: 1,
    compared: 50,
    mse: 0.0165,
    swapEffect: 0.06,
    totalCorrelation: 0.02,
  },
]

/** Half precision (IEEE 754 binary16), little-endian → single: sign, 5 bits of exponent, 10 of fraction. */
function singlesOf (bytes: Uint8Array): Float32Array {
  return Float32Array.from(new Uint16Array(bytes.slice().buffer), bits => {
    const [exponent, fraction] = [bits >> 10 & 31, bits & 1023]
    const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15)
    return bits >> 15 === 0 ? size : -size
  })
}

/** The weights inside an exported graph, back in TensorFlow.js's layout. */
function weightsOf (graph: Uint8Array): Record<string, Input> {
  const weights: Record<string, Input> = {}
  for (const { name: stored, dims, rawData } of fromBinary(ModelProtoSchema, graph).graph!.initializer) {
    if (!stored.includes('/')) continue
    const isHalf = stored.endsWith('/half')
    const name = isHalf ? stored.slice(0, -'/half'.length) : stored
    const values = isHalf ? singlesOf(rawData) : new Float32Array(rawData.slice().buffer)
    const array = { shape: dims.map(Number), values }
    weights[name] = array.shape.length === 4 ? permute(array, [2, 3, 1, 0]) : array
  }
  return weights
}

const repository = await openRepository(fileURLToPath(new URL('../../models/repository', import.meta.url)))
const { test } = await openDataset({ source: 'mnist' })
t.teardown(async () => await test.close())

for (const promised of models) {
  t.test(promised.name, async t => {
    const shipped = await repository.open(promised.name)
    const { card } = shipped
    const inference = await createInference({
      encoder: shipped.encoder,
      decoder: shipped.decoder,
      image: card.image,
      latentSize: card.latentSize,
    })
    t.teardown(async () => await inference.dispose())
    const config = parseRunConfig(card.training.config)
    const claimed = (card.metrics as { test: Metrics }).test

    t.test('is what was promised, and reproduces its golden examples', async t => {
      t.strictSame(Object.fromEntries(card.partitions.map(({ name, size }) => [name, size])), promised.partitions)
      t.equal(card.subresolution.factor, promised.factor)
      await checkGolden(shipped.golden, card, planarRunner(inference, card.image), `${card.name}/${card.version}`)
    })

    t.test(`graphs and program agree within 1e-5 on ${promised.compared} test images`, async t => {
      const weights = { ...weightsOf(shipped.encoder), ...weightsOf(shipped.decoder) }
      const network = createNetwork(config.model, card.image)
      const values = (given: Tensors) => ({ parameters: parametersFrom(given), statistics: {} })
      let largest = 0
      for (let start = 0; start < promised.compared; start += BATCH) {
        const bytes = new Uint8Array(BATCH * pixelCount(card.image))
        await test.read(Uint32Array.from({ length: BATCH }, (_, i) => start + i), bytes)
        const image = unitFromBytes(bytes)
        const reference = await runEagerly(
          ({ image, ...given }) => {
            const { mean, logVariance } = network.encode(image!, values(given))
            return { mean, logVariance, image: network.decode(mean, values(given)) }
          },
          {
            ...weights,
            image: { shape: [BATCH, card.image.height, card.image.width, card.image.channels], values: image },
          }
        )
        const { mean, logVariance } = await inference.encode(image)
        const found = { mean, logVariance, image: await inference.decode(mean) }
        for (const key of ['mean', 'logVariance', 'image'] as const) {
          found[key].forEach((value, i) => {
            largest = Math.max(largest, Math.abs(value - reference[key]!.values[i]!))
          })
        }
      }
      t.ok(largest <= 1e-5, 'within 1e-5', { largest })
      t.comment(`largest difference ${largest.toExponential(1)}`)
    })

    t.test('is as good as its card says, and as we promise', async t => {
      const metrics = await evaluateModel({
        inference,
        dataset: test,
        partitions: card.partitions,
        likelihood: config.model.likelihood,
      })
      t.ok(metrics.mse <= promised.mse, 'MSE at full resolution', { mse: metrics.mse })
      t.strictSame(metrics.deadPartitions, [])
      t.ok(
        Object.values(metrics.swapEffect!).every(effect => effect >= promised.swapEffect),
        'every swap is seen',
        metrics.swapEffect!
      )
      t.ok(
        metrics.totalCorrelation!.samples <= promised.totalCorrelation,
        'partitions share next to nothing',
        metrics.totalCorrelation!
      )
      t.ok(Math.abs(claimed.mse - metrics.mse) < 1e-6, 'the card tells the truth', {
        claimed: claimed.mse,
        found: metrics.mse,
      })
    })
  })
}
