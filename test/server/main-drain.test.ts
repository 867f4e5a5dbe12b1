import { Agent, request as httpRequest } from 'node:http'
import t from 'tap'
import { publishLinearModel } from '../helpers/linear-model.js'
import { pngOf } from './images.js'
import { addressOf, spawnService } from './process.js'
import { temporaryFolder } from './service.js'

/** As many moments of a request's work that the signal falls into. */
const ROUNDS = 5
const CONNECTIONS = 32

const root = await temporaryFolder(t)
const model = await publishLinearModel(root)
const body = await pngOf(model.images[0]!, model.image)

/** One request on a connection that is kept; rejects where there was no whole answer. */
function encode (address: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'image/png', 'content-length': body.length }
    const request = httpRequest(`${address}/v1/models/linear/encode`, { agent, method: 'POST', headers }, response => {
      response
        .resume()
        .on('end', () => (response.complete ? resolve(response.statusCode!) : reject(new Error('incomplete'))))
        .on('error', reject)
    })
    request.on('error', reject).end(body)
  })
}

t.test(
  `SIGTERM under full load, ${ROUNDS} times: every accepted request is answered, exit 0`,
  { timeout: 300_000 },
  async t => {
    for (let round = 0; round < ROUNDS; round++) {
      const service = spawnService(t, {
        PVAE_REPOSITORY: root,
        PVAE_WORKERS: '2',
        PVAE_DRAIN_DELAY_MS: round % 2 === 0 ? '0' : '50',
      })
      const address = await addressOf(service)
      const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
      const statuses: number[] = []
      let broken = 0
      const loops = Array.from({ length: CONNECTIONS }, async () => {
        while (broken < 2 * CONNECTIONS) {
          // what comes when nobody listens any more
          try {
            statuses.push(await encode(address, agent))
          } catch {
            broken++
          }
        }
      })
      // Every connection is in use by then, and each round another moment of its work.
      while (statuses.length <= CONNECTIONS + 14 * round) await new Promise(resolve => setTimeout(resolve, 5))
      service.child.kill('SIGTERM')
      // Were it held up by idle connections, it would be ended before they are: with another code.
      t.strictSame(await service.ended, { code: 0, signal: null }, `round ${round}`)
      await Promise.all(loops)
      agent.destroy()
      const said = (text: string) => service.lines.filter(({ msg }) => msg === text).length
      t.equal(service.stderr(), '', 'nothing from native code')
      t.equal(said('incoming request'), statuses.length, `${statuses.length} requests came in, each was answered`)
      t.equal(said('request completed'), statuses.length)
      t.ok(statuses.length > CONNECTIONS)
      t.strictSame(
        statuses.filter(status => status !== 200),
        []
      )
    }
  }
)
