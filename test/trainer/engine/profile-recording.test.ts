import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createEngine } from '../../../trainer/engine/create.js'
import type { StepInputs } from '../../../trainer/engine/engine.js'
import { recordProfile } from '../../../trainer/engine/profile-recording.js'
import { writeProfile } from '../../../trainer/engine/profile-files.js'
import { createRandom } from '../../../trainer/random/index.js'
import { image, tinyConfig } from '../fit/run-fixture.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

const { model, objective, fit: { adam, batchSize } } = tinyConfig()
const network = createNetwork(model, image)
const inputs: StepInputs = {
  image: new Float32Array(batchSize * 16).fill(0.5),
  latentNoise: createRandom(1, 'a').fillNormal(new Float32Array(batchSize * 3)),
  imageNoise: createRandom(1, 'b').fillNormal(new Float32Array(batchSize * 16)),
  learningRate: 1e-3,
  beta: 1,
}

for (const kind of ['compiled', 'eager'] as const) {
  t.test(`${kind}: a bounded number of steps, after which training goes on as without`, async t => {
    const create = (profile: boolean) =>
      createEngine({ network, objective, adam, batchSize, seed: 1, kind, backend: 'cpu', threads: 1, profile })
    const bare = await create(false)
    t.equal(bare.endProfile, undefined)
    const engine = await create(true)
    const recording = recordProfile(engine, 2)
    for (let step = 0; step < 9; step++) {
      const metrics = await recording.timeline.span('step', () => recording.engine.step(inputs))
      t.strictSame(metrics, await bare.step(inputs), 'the same bits')
    }
    const directory = join(t.testdir(), 'profile')
    const summary = await writeProfile(directory, recording)
    t.equal(summary!.steps, 2)
    const all = await recording.end()
    t.ok(all.every(({ operations }) => operations.length > 50))
    t.strictSame((await readdir(directory)).sort(), ['operations.csv', 'profile.txt', 'trace.json'])
    const { traceEvents } = JSON.parse(await readFile(join(directory, 'trace.json'), 'utf8')) as {
      traceEvents: Array<{ name: string }>
    }
    t.equal(traceEvents.filter(({ name }) => name === 'step').length, 9)
    if (kind === 'compiled') {
      const mapped = summary!.byOperation.filter(({ example }) => example.kernel !== '').length
      t.ok(
        mapped > 0.9 * summary!.byOperation.length,
        `${mapped} of ${summary!.byOperation.length} operations have a kernel`
      )
      const layers = new Set(summary!.byOperation.map(({ example: { layer, pass } }) => `${layer} ${pass}`))
      for (const layer of ['encoder/block0', 'encoder/representation', 'decoder/output']) {
        for (const pass of ['forward', 'backward']) t.ok(layers.has(`${layer} ${pass}`), `${layer} ${pass}`)
      }
      t.ok(layers.has('packed update'), 'gradients are joined')
      t.match(summary!.byKernel.find(({ key }) => key === 'Adam'), { calls: 1, example: { pass: 'update' } })
    } else {
      t.ok(summary!.byKernel.some(({ key }) => key === 'Conv2DBackpropFilter'))
    }
    await engine.dispose()
    await bare.dispose()
  })
}

t.test('a run that ends early has what it has; one without a step has nothing', async t => {
  const engine = await createEngine({ network, objective, adam, batchSize, seed: 1, threads: 1, profile: true })
  const recording = recordProfile(engine, 20)
  t.equal(await writeProfile(join(t.testdir(), 'none'), { ...recording, end: async () => [] }), undefined)
  for (let step = 0; step < 3; step++) await recording.engine.step(inputs)
  t.equal((await recording.end()).length, 1, 'the last of three')
  await engine.dispose()
})
