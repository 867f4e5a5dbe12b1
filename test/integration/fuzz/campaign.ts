/**
 * Damaged bodies against a service in a process of its own: what it may answer, and that nothing of them stays behind.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Card } from '@partition-vae/models'
import { createRandom } from '../../../trainer/random/index.js'
import { createClient, type Outcome, type Shot } from '../../bench/soak/client.js'
import type { MemoryPoint } from '../../bench/soak/memory.js'
import type { Server } from '../../bench/serve/processes.js'
import { measureTree } from '../../bench/serve/tree.js'
import { createSeeds, type Seed } from './seeds.js'

export interface CampaignOptions {
  readonly cards: readonly Card[]
  readonly count: number
  readonly seed: number
  /** Number of the first case: each case depends on the seed and its own number alone. Default 0. */
  readonly first?: number
  readonly connections?: number
  /** Called after every 1000 cases. */
  readonly onProgress?: (done: number, statuses: ReadonlyMap<string, number>, memory: MemoryPoint | undefined) => void
}

export interface CampaignReport {
  readonly statuses: ReadonlyMap<string, number>
  /** What the service did that it must not, each with the number of its case. */
  readonly problems: readonly string[]
  /** Open files of the service before and after, with no client connected; undefined where the system does not say. */
  readonly openFiles: { readonly before: number, readonly after: number } | undefined
  readonly memory: readonly MemoryPoint[]
  /** Slowest answer, milliseconds. */
  readonly slowest: number
}

/** Milliseconds: far beyond what any request may take. */
const DEADLINE = 30_000

/** The damaged request of a number. */
export function caseOf (seeds: readonly Seed[], seed: number, number: number): { name: string, shot: Shot } {
  const random = createRandom(seed, 'fuzz', number)
  const chosen = seeds[random.integer(seeds.length)]!
  return { name: chosen.name, shot: chosen.damage(random) }
}

/** Why an outcome is not one that a damaged request may have. */
function problemOf (path: string, outcome: Outcome): string | undefined {
  if (outcome.kind !== 'answer') {
    return outcome.kind === 'broken' ? `no answer (${outcome.reason})` : `no answer (${outcome.kind})`
  }
  const { status, body } = outcome
  const text = () => `${status} ${body.toString('utf8', 0, 300)}`
  if (status >= 200 && status < 300) return undefined
  if (status !== 503 && !(status >= 400 && status < 500)) return text()
  try {
    const { statusCode, code, message, error } = JSON.parse(body.toString())
    const known = path.startsWith('/v2/')
      ? typeof error === 'string'
      : statusCode === status && /^PVAE_[A-Z_]+$/.test(code) && typeof message === 'string'
    return known ? undefined : `not the form of an error: ${text()}`
  } catch {
    return `not JSON: ${text()}`
  }
}

/** The answers to all that is valid, for a comparison before and after. */
async function askValid (
  url: string,
  seeds: readonly Seed[]
): Promise<Array<{ name: string; status: number; body: Buffer }>> {
  const client = createClient(url, { connections: 4, deadline: DEADLINE })
  const answers = await Promise.all(
    seeds.map(async ({ name, valid }) => {
      const outcome = await client.send(valid)
      return outcome.kind === 'answer'
        ? { name, status: outcome.status, body: outcome.body }
        : { name, status: 0, body: Buffer.from(outcome.kind) }
    })
  )
  client.close()
  return answers
}

/** Sockets take a moment to be gone. */
async function settledFiles (pid: number, most: number): Promise<number | undefined> {
  for (let attempt = 0; ; attempt++) {
    const files = measureTree(pid)?.openFiles
    if (files === undefined || files <= most || attempt === 50) return files
    await delay(100)
  }
}

export async function runCampaign (server: Server, options: CampaignOptions): Promise<CampaignReport> {
  const { cards, count, seed, first = 0, connections = 8, onProgress } = options
  const seeds = await createSeeds(cards)
  const statuses = new Map<string, number>()
  const problems: string[] = []
  const memory: MemoryPoint[] = []
  let slowest = 0

  const before = await askValid(server.url, seeds)
  for (const { name, status, body } of before) {
    if (status !== 200) problems.push(`valid ${name}: ${status} ${body.toString('utf8', 0, 300)}`)
  }
  await delay(200)
  const filesBefore = measureTree(server.pid)?.openFiles

  const client = createClient(server.url, { connections, deadline: DEADLINE })
  let next = first
  let done = 0
  await Promise.all(Array.from({ length: connections }, async () => {
    while (next < first + count && server.alive) {
      const number = next++
      const { name, shot } = caseOf(seeds, seed, number)
      const began = performance.now()
      const outcome = await client.send(shot)
      slowest = Math.max(slowest, performance.now() - began)
      const status = outcome.kind === 'answer' ? String(outcome.status) : outcome.kind
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      const problem = problemOf(shot.path, outcome)
      if (problem !== undefined) problems.push(`case ${number} (${name}, ${shot.path}): ${problem}`)
      if (++done % 50 === 0) {
        const cost = measureTree(server.pid)
        if (cost !== undefined) memory.push({ requests: done, resident: cost.memory })
      }
      if (done % 1000 === 0) onProgress?.(done, statuses, memory.at(-1))
    }
  }))
  client.close()

  if (!server.alive) {
    return { statuses, problems: [...problems, 'the service has ended'], openFiles: undefined, memory, slowest }
  }
  const after = await askValid(server.url, seeds)
  for (const [i, { name, status, body }] of after.entries()) {
    if (status !== before[i]!.status || !withoutIds(body).equals(withoutIds(before[i]!.body))) {
      problems.push(`valid ${name}: answered otherwise after the campaign, with ${status}`)
    }
  }
  for (const line of server.output) if (line.includes('a worker ended unexpectedly')) problems.push(line)
  const filesAfter = filesBefore === undefined ? undefined : await settledFiles(server.pid, filesBefore)
  return {
    statuses,
    problems,
    openFiles:
      filesBefore === undefined || filesAfter === undefined ? undefined : { before: filesBefore, after: filesAfter },
    memory,
    slowest,
  }
}

/**
 * Answers to the same request are the same bytes; a batch of another size may move the last bits of a number, so JSON
 * is compared to 4 digits.
 */
function withoutIds (body: Buffer): Buffer {
  return body.subarray(0, 1).toString() === '{'
    ? Buffer.from(body.toString('utf8').replace(/-?\d+\.\d+(?:e-?\d+)?/g, number => Number(number).toPrecision(4)))
    : body
}
