import t from 'tap'
import { latentSizeOf, layOutPartitions } from '@partition-vae/models'
import { Value } from '../../../models/foundation/typebox.js'
import { completeRequest } from '../../../trainer/config/resolve-request.js'
import { checkThings } from '../../../trainer/export/check-things.js'
import { serveState } from '../../../trainer/export/served-model.js'
import { analyseFootage } from '../../../trainer/footage/analyse.js'
import { proposeConfig } from '../../../trainer/footage/propose.js'
import { interruptible } from '../../../trainer/measure/pace.js'
import { ThingsSchema } from '../../../trainer/measure/things/schema.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { initialState } from '../../../trainer/model/initial-state.js'
import { judgeThings } from '../../../trainer/report/verdict/things.js'
import { drawUnexplained } from '../../../trainer/report/unexplained-figure.js'
import { partitionKinds } from '../../../trainer/config/partition-kinds.js'
import { block, movingFrames, toAndFro } from '../footage/moving.js'

const { dataset } = movingFrames({
  height: 24,
  width: 32,
  things: [
    { blocks: [block(6, 6, [220, 40, 40])], corner: n => [2, toAndFro(0, 26)(n)] },
    { blocks: [block(5, 4, [40, 60, 230])], corner: n => [16, toAndFro(0, 28, 9)(n)] },
  ],
})
const config = completeRequest(
  { preset: 'footage', images: { directory: 'frames' }, overrides: [['data.height', 24], ['data.width', 32]] },
  proposeConfig(await analyseFootage(dataset, { seed: 0 }), { count: dataset.count, batchSize: 24 })
)
const network = createNetwork(config.model, dataset.shape)
const partitions = layOutPartitions(config.model.partitions)
const { inference } = await serveState(network, initialState(network, 1), 1)
t.teardown(() => inference.dispose())
const { signal } = new AbortController()
const options = { config, inference, partitions, train: dataset, test: dataset, limit: 40, signal }

t.test('a network that was never trained has none of its things', async t => {
  const { things, notMeasured } = await checkThings({ ...options, fingerprint: dataset.fingerprint })
  t.equal(notMeasured, undefined)
  t.ok(Value.Check(ThingsSchema, JSON.parse(JSON.stringify(things))), 'metrics.json validates')
  t.strictSame(Object.keys(things!.partitions), ['p1', 'p2'])
  t.equal(things!.partitions['p1']!.follows, 0, 'sprites do not take part yet')
  t.equal(things!.unexplained!.images, 40)
  t.ok(things!.unexplained!.outside > 0.5, `${things!.unexplained!.outside}`)
  const said = judgeThings({ things } as never, name => name).map(({ kind, text }) => `${kind}: ${text}`).join('\n')
  t.match(said, /worrying: p1 does not have its thing: .*it is never drawn there/)
  t.match(said, /worrying: \d+% of what changes is in no partition/)
})

t.test('what nobody explains is drawn', async t => {
  const figure = await drawUnexplained({
    inference,
    dataset,
    card: { latentSize: latentSizeOf(partitions), partitions },
    kinds: partitionKinds(config.model),
  })
  t.match(figure, { name: 'unexplained', title: 'What nobody explains' })
  const unkinded = { inference, dataset, card: { latentSize: 1, partitions } }
  t.equal(await drawUnexplained(unkinded), undefined, 'without kinds')
})

t.test('tracks of other images say nothing of these', async t => {
  const { things, notMeasured } = await checkThings({ ...options, fingerprint: 'another' })
  t.strictSame(things!.partitions, {})
  t.match(notMeasured, { 'things.partitions': /the images that it was trained on/ })
})

t.test('partitions that are cut anew are no sprites', async t => {
  const cut = layOutPartitions([{ name: 'c1', size: latentSizeOf(partitions) }])
  t.strictSame(await checkThings({ ...options, partitions: cut }), {})
})

t.test('an interruption passes', async t => {
  const controller = new AbortController()
  controller.abort(new Error('stop'))
  const paced = interruptible(inference, dataset.shape, latentSizeOf(partitions), controller.signal)
  await t.rejects(checkThings({ ...options, inference: paced, signal: controller.signal }), { message: 'stop' })
})
