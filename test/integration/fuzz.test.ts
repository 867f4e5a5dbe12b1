/** A few hundred of the damaged bodies that `npm run bench:fuzz` sends by the ten thousand. */
import t from 'tap'
import { startService } from '../bench/serve/processes.js'
import { publishLinearModel } from '../helpers/linear-model.js'
import { publishLayeredModel } from '../helpers/publish-layered-model.js'
import { runCampaign } from './fuzz/campaign.js'

t.test('damaged bodies get 2xx, 4xx or 503 with an error of the right form; the service stays as it was', async t => {
  const root = t.testdir()
  const { card: grey } = await publishLinearModel(root, { name: 'grey', image: { height: 28, width: 28, channels: 1 } })
  const { card: colour } = await publishLinearModel(root, {
    name: 'colour',
    image: { height: 24, width: 32, channels: 3 },
  })
  const { card: layered } = await publishLayeredModel(root)
  const server = await startService({ repository: root, from: 'sources', settings: { PVAE_WORKERS: '1' } })
  t.teardown(() => server.stop())
  const { statuses, problems, openFiles, memory } = await runCampaign(server, {
    cards: [grey, colour, layered],
    count: 360,
    seed: 1,
  })
  t.comment([...statuses].sort().map(([status, count]) => `${status}: ${count}`).join(', '))
  t.strictSame(problems, [])
  t.ok((statuses.get('400') ?? 0) > 50, 'most damage is noticed', { statuses: [...statuses] })
  t.ok((statuses.get('200') ?? 0) > 12, 'some is harmless', { statuses: [...statuses] })
  if (openFiles === undefined) t.comment('open files and memory: not available on this system')
  else {
    t.ok(openFiles.after <= openFiles.before, 'no file or socket stays open', openFiles)
    const [third, last] = [memory[Math.floor(memory.length / 3)]!, memory.at(-1)!]
    t.ok(last.resident - third.resident < 100 * 2 ** 20, 'memory does not run away', { third, last })
  }
  t.equal(await server.stop(), 0)
})
