import t from 'tap'
import { decoderContract, encoderContract } from '@partition-vae/models'
import { createSession, cudaProblem } from '../../../collections/runtime/session.js'
import { createLinearModel } from '../../helpers/linear-model.js'
import { largestDifference } from '../../server/service.js'

const model = createLinearModel()
const image = Float32Array.from({ length: 3 * 24 }, (_, i) => (i * 37 % 101) / 100)

t.test('both graphs give what they are known to give, at any batch', async t => {
  const encoder = await createSession(model.encoder, encoderContract(model), 'cpu')
  const decoder = await createSession(model.decoder, decoderContract(model), 'cpu')
  for (const rows of [1, 3]) {
    const truth = model.encode(image.subarray(0, rows * 24), rows)
    const { mean, log_variance: logVariance } = await encoder.run({ image: image.slice(0, rows * 24) }, rows)
    t.ok(largestDifference(mean!, truth.mean) < 1e-5, `mean, ${rows} rows`)
    t.ok(largestDifference(logVariance!, truth.logVariance) < 1e-5, `log-variance, ${rows} rows`)
    const decoded = await decoder.run({ latent: truth.mean }, rows)
    t.ok(largestDifference(decoded['image']!, model.decode(truth.mean, rows)) < 1e-5, `image, ${rows} rows`)
  }
  await encoder.release()
  await decoder.release()
})

t.test('feeds are checked by name, dtype and length before they reach native code', async t => {
  const session = await createSession(model.encoder, encoderContract(model), 'cpu')
  t.teardown(() => session.release())
  const cases: Array<[Record<string, unknown>, number, RegExp]> = [
    [{ picture: image }, 3, /^expected image for the feeds but received picture$/],
    [{ image, other: image }, 3, /^expected image for the feeds but received image, other$/],
    [{}, 3, /^expected image for the feeds but received none$/],
    [{ image: new Float64Array(72) }, 3, /^expected float32 for image.dtype but received Float64Array$/],
    [{ image: undefined }, 3, /^expected float32 for image.dtype but received nothing$/],
    [{ image }, 2, /^expected 48 elements \(\[2, 1, 6, 4\]\) for image but received 72$/],
    [{ image: new Float32Array(0) }, 0, /^expected 0 elements/],
  ]
  for (const [feeds, rows, message] of cases) {
    await t.rejects(
      session.run(feeds as Record<string, Float32Array>, rows),
      { code: 'PVAE_INFERENCE_FAILED', message },
      String(message)
    )
  }
})

t.test('a graph with other names, or with other dims than it says, is refused', async t => {
  await t.rejects(createSession(model.encoder, decoderContract(model), 'cpu'), {
    message: "expected latent for the graph's inputs but received image",
  })
  const { inputs } = encoderContract(model)
  await t.rejects(createSession(model.encoder, { inputs, outputs: [] }, 'cpu'), {
    message: /^expected {2}for the graph's outputs but received mean, log_variance$/,
  })
  const { outputs } = encoderContract({ ...model, latentSize: 4 })
  const session = await createSession(model.encoder, { inputs, outputs }, 'cpu')
  t.teardown(() => session.release())
  await t.rejects(session.run({ image }, 3), {
    code: 'PVAE_INFERENCE_FAILED',
    message: 'expected float32 [3, 4] for mean but received float32 [3, 3] from the graph',
  })
})

t.test('bytes that are no graph are an error of the runtime', async t => {
  await t.rejects(createSession(Uint8Array.of(1, 2, 3), encoderContract(model), 'cpu'), /protobuf|parse/i)
})

t.test('CUDA is missing for a stated reason, or a session runs on it', async t => {
  const problem = cudaProblem()
  if (problem !== undefined) {
    t.match(problem, /libonnxruntime_providers_cuda/)
    return
  }
  const session = await createSession(model.encoder, encoderContract(model), 'cuda')
  t.ok(largestDifference((await session.run({ image }, 3))['mean']!, model.encode(image, 3).mean) < 0.01)
})
