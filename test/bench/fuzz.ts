/** `npm run bench:fuzz`: ten thousand damaged bodies. Ends with 1 where the service does what it must not. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Card } from '@partition-vae/models'
import { publishLinearModel } from '../helpers/linear-model.js'
import { caseOf, runCampaign } from '../integration/fuzz/campaign.js'
import { createSeeds } from '../integration/fuzz/seeds.js'
import { readOptions } from './options.js'
import { startService } from './serve/processes.js'
import { describeMemory, judgeMemory } from './soak/memory.js'

const { count, seed, first, show, growth } = readOptions({
  name: 'bench:fuzz',
  about: `Damaged bodies to the service as built, with its default settings. Ends with 1 where an answer has another
status or form than it may, files stay open or memory grows.`,
  options: {
    count: { help: 'cases', default: 10_000, smoke: 200 },
    seed: { help: 'of the damage', default: 1 },
    first: { help: 'number of the first case; with --count 1: that one alone', default: 0 },
    show: { help: 'print the cases instead of sending them: path, headers, body in base64', default: false },
    growth: { help: 'MiB by which resident memory may grow after warm-up', default: 32, smoke: 256 },
  },
})
const MIB = 2 ** 20
const PROBLEMS_SHOWN = 30

async function print (cards: readonly Card[]): Promise<void> {
  const seeds = await createSeeds(cards)
  for (let number = first; number < first + count; number++) {
    const { name, shot: { method, path, headers, body } } = caseOf(seeds, seed, number)
    const base64 = Buffer.from(body ?? []).toString('base64')
    console.log(JSON.stringify({ number, name, method, path, headers, body: base64 }))
  }
}

/** @returns problems, one line each */
async function fuzz (root: string, cards: readonly Card[]): Promise<string[]> {
  const server = await startService({ repository: root })
  const describe = (statuses: ReadonlyMap<string, number>) =>
    [...statuses].sort().map(([status, count]) => `${status}: ${count}`).join(', ')
  let code: number | null = null
  const { statuses, problems, openFiles, memory, slowest } = await runCampaign(server, {
    cards,
    count,
    seed,
    first,
    onProgress (done, statuses, memory) {
      const size = memory === undefined ? '' : `, ${(memory.resident / MIB).toFixed(0)} MiB`
      console.log(`${done} of ${count}${size}; ${describe(statuses)}`)
    },
  }).finally(async () => { code = await server.stop() })

  const all = [...problems]
  console.log(`\n${describe(statuses)}; slowest answer ${slowest.toFixed(0)} ms`)
  if (code !== 0) all.push(`the service ended with ${code} on SIGTERM`)
  if (openFiles !== undefined) {
    const { before, after } = openFiles
    console.log(`open files: ${before} → ${after}`)
    if (after > before) all.push(`${after - before} files or sockets stayed open`)
  }
  const verdict = judgeMemory(memory)
  if (verdict === undefined) {
    console.log('resident memory: not available, or too few cases to say')
  } else {
    console.log(describeMemory(verdict, 10_000))
    if (verdict.growth > growth * MIB) {
      all.push(`resident memory grew by ${(verdict.growth / MIB).toFixed(1)} MiB, more than ${growth}`)
    }
  }
  return all
}

const root = await mkdtemp(join(tmpdir(), 'partition-vae-fuzz-'))
try {
  const shapes = {
    grey: { height: 28, width: 28, channels: 1 },
    colour: { height: 24, width: 32, channels: 3 },
  } as const
  const cards: Card[] = []
  for (const [name, image] of Object.entries(shapes)) cards.push((await publishLinearModel(root, { name, image })).card)
  if (show) {
    await print(cards)
  } else {
    const problems = await fuzz(root, cards)
    for (const problem of problems.slice(0, PROBLEMS_SHOWN)) console.log(`FAULT  ${problem}`)
    console.log(problems.length === 0 ? 'passed' : `failed: ${problems.length} faults`)
    if (problems.length > 0) process.exitCode = 1
  }
} finally {
  await rm(root, { recursive: true, force: true })
}
