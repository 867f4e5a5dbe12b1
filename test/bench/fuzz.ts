/** `npm run bench:fuzz`: ten thousand damaged bodies. Ends with 1 where the service does anything it must not. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { publishLinearModel } from '../helpers/linear-model.js'
import { caseOf, runCampaign } from '../integration/fuzz/campaign.js'
import { createSeeds } from '../integration/fuzz/seeds.js'
import { startService } from './serve/processes.js'
import { describeMemory, judgeMemory } from './soak/memory.js'

const HELP = `npm run bench:fuzz -- [options]
  --count N      cases (default 10000)
  --seed N       (default 1)
  --first N      number of the first case (default 0); with --count 1: that one alone
  --show         print the cases instead of sending them: path, headers, body in base64
  --growth MIB   how much resident memory may grow after warm-up (default 32)
The service runs as built (npm run build), with its default settings.`

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    show: { type: 'boolean', default: false },
    growth: { type: 'string', default: '32' },
    help: { type: 'boolean', default: false },
  },
})

const MIB = 2 ** 20
const PROBLEMS_SHOWN = 30

async function main (): Promise<void> {
  const [count, seed, first] = [Number(options.count), Number(options.seed), Number(options.first)]
  const root = await mkdtemp(join(tmpdir(), 'partition-vae-fuzz-'))
  try {
    const { card: grey } = await publishLinearModel(root, { name: 'grey', image: { height: 28, width: 28, channels: 1 } })
    const { card: colour } = await publishLinearModel(root, { name: 'colour', image: { height: 24, width: 32, channels: 3 } })
    const cards = [grey, colour]
    if (options.show) {
      const seeds = await createSeeds(cards)
      for (let number = first; number < first + count; number++) {
        const { name, shot: { method, path, headers, body } } = caseOf(seeds, seed, number)
        console.log(JSON.stringify({ number, name, method, path, headers, body: Buffer.from(body ?? []).toString('base64') }))
      }
      return
    }
    const server = await startService({ repository: root })
    const describe = (statuses: ReadonlyMap<string, number>) => [...statuses].sort().map(([status, count]) => `${status}: ${count}`).join(', ')
    let code: number | null = null
    const { statuses, problems, openFiles, memory, slowest } = await runCampaign(server, {
      cards, count, seed, first, onProgress: (done, statuses, memory) => console.log(`${done} of ${count}${memory === undefined ? '' : `, ${(memory.resident / MIB).toFixed(0)} MiB`}; ${describe(statuses)}`),
    }).finally(async () => { code = await server.stop() })

    const all = [...problems]
    console.log(`\n${describe(statuses)}; slowest answer ${slowest.toFixed(0)} ms`)
    if (code !== 0) all.push(`the service ended with ${code} on SIGTERM`)
    if (openFiles !== undefined) {
      console.log(`open files: ${openFiles.before} → ${openFiles.after}`)
      if (openFiles.after > openFiles.before) all.push(`${openFiles.after - openFiles.before} files or sockets stayed open`)
    }
    const verdict = judgeMemory(memory)
    if (verdict === undefined) {
      console.log('resident memory: not available, or too few cases to say')
    } else {
      console.log(describeMemory(verdict, 10_000))
      if (verdict.growth > Number(options.growth) * MIB) all.push(`resident memory grew by ${(verdict.growth / MIB).toFixed(1)} MiB, more than ${options.growth}`)
    }
    for (const problem of all.slice(0, PROBLEMS_SHOWN)) console.log(`FAULT  ${problem}`)
    console.log(all.length === 0 ? 'passed' : `failed: ${all.length} faults`)
    if (all.length > 0) process.exitCode = 1
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

if (options.help) console.log(HELP)
else await main()
