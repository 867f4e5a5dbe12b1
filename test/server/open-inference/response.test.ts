import t from 'tap'
import { encoderContract } from '@partition-vae/models'
import { presentInference } from '../../../server/open-inference/response.js'
import type { ServedGraph } from '../../../server/open-inference/graphs.js'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { temporaryFolder } from '../service.js'

const { card } = await publishLinearModel(await temporaryFolder(t))
const served: ServedGraph = {
  name: 'linear-encoder',
  graph: 'encoder',
  contract: encoderContract(card),
  model: {
    card,
    executionProvider: 'cpu',
    directory: '',
    sample: undefined,
    report: [],
    run: async () => { throw new Error('not used') },
  },
}
const outputs = [{ name: 'mean', shape: [1, 3], binary: false }]

t.test('numbers that are not finite are no answer: JSON has none', async t => {
  for (const wrong of [NaN, Infinity]) {
    const present = () =>
      presentInference(
        served,
        { id: undefined, rows: 1, input: new Float32Array(24), outputs },
        { mean: Float32Array.of(0, wrong, 0) }
      )
    t.throws(present, {
      code: 'PVAE_INFERENCE_FAILED',
      statusCode: 500,
      message: 'The graph gave numbers that are not finite in mean',
    })
  }
})

t.test('each float32 is written so that it is read again as the same', async t => {
  const mean = Float32Array.of(0.1, -3.4028234663852886e38, 1.401298464324817e-45)
  const { body, jsonLength } = presentInference(
    served,
    { id: 'x', rows: 1, input: new Float32Array(24), outputs },
    { mean }
  )
  t.equal(jsonLength, undefined)
  const answer = JSON.parse(body.toString())
  t.strictSame(Float32Array.from(answer.outputs[0].data), mean)
  t.equal(answer.id, 'x')
})
