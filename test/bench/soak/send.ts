/** Sends a mix of requests over several connections, and watches the service meanwhile. */
import { setTimeout as delay } from 'node:timers/promises'
import { createRandom, type Random } from '../../../trainer/random/index.js'
import type { Server } from '../serve/processes.js'
import { measureTree } from '../serve/tree.js'
import { createClient } from './client.js'
import type { MemoryPoint } from './memory.js'
import { noteFault, type Faults } from './problems.js'
import type { Kind } from './traffic.js'

export interface Mix {
  readonly good: readonly Kind[]
  readonly hostile: readonly Kind[]
  /** Of the hostile ones. */
  readonly share: number
  readonly requests: number
  readonly minutes: number
  readonly connections: number
  readonly seed: number
  say (line: string): void
}

export interface Sent {
  readonly done: number
  readonly seconds: number
  /** How often each status came. */
  readonly statuses: string
  readonly faults: Faults
  readonly memory: readonly MemoryPoint[]
}

/** Milliseconds until a request counts as never answered. */
const DEADLINE = 60_000
const MIB = 2 ** 20

/** Draws kinds by their weights. */
function createMix (kinds: readonly Kind[]): (random: Random) => Kind {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0)
  return random => {
    let left = random.uniform() * total
    return kinds.find(({ weight }) => (left -= weight) < 0) ?? kinds[0]!
  }
}

/** Sends as many requests as are wanted, or until the time is over or the service has ended. */
export async function sendMix (server: Server, mix: Mix): Promise<Sent> {
  const { good, hostile, share, requests, minutes, connections, seed, say } = mix
  const [drawGood, drawHostile] = [createMix(good), createMix(hostile)]
  const random = createRandom(seed, 'soak')
  const client = createClient(server.url, { connections, deadline: DEADLINE })
  const statuses = new Map<string, number>()
  const faults: Faults = new Map()
  const memory: MemoryPoint[] = []
  const began = Date.now()
  const end = began + minutes * 60_000
  let sent = 0
  let done = 0

  async function connection (): Promise<void> {
    while (sent < requests && Date.now() < end && server.alive) {
      sent++
      const kind = random.uniform() < share ? drawHostile(random) : drawGood(random)
      const outcome = await client.send(kind.make(random))
      const status = outcome.kind === 'answer' ? String(outcome.status) : outcome.kind
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      noteFault(faults, kind, outcome, status)
      done++
    }
  }

  const describe = () => [...statuses].sort().map(([status, count]) => `${status}: ${count}`).join(', ')
  const over = new AbortController()
  async function watch (): Promise<void> {
    for (let tick = 1; !over.signal.aborted; tick++) {
      await delay(500)
      const cost = measureTree(server.pid)
      if (cost !== undefined) memory.push({ requests: done, resident: cost.memory })
      if (tick % 20 !== 0) continue
      const size = cost === undefined
        ? 'not available'
        : `${(cost.memory / MIB).toFixed(0)} MiB, ${cost.openFiles} files`
      say(`${done} of ${requests}, ${Math.round(done / (Date.now() - began) * 1e3)}/s, ${size}; ${describe()}`)
    }
  }

  const watching = watch()
  await Promise.all(Array.from({ length: connections }, connection))
  over.abort()
  await watching
  client.close()
  return { done, seconds: (Date.now() - began) / 1e3, statuses: describe(), faults, memory }
}
