/** `npm run bench:kill`: training that is killed again and again comes to the same bits. Ends with 1 where it does not. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { killAndResume, type Killing } from './kill/killing.js'
import { createSubjects } from './kill/subjects.js'

const HELP = `npm run bench:kill -- [options]
  --kills N     of each run (default 50)
  --only NAME   digits or layers
  --seed N      of the moments (default 1)
  --threads N   of the computation (default 1)`

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

function describe ({ kills, runs, remains, faults }: Killing): string {
  const list = (counts: ReadonlyMap<string, number>) => [...counts].map(([what, count]) => `${what} ${count}`).join(', ')
  return [`killed ${list(kills)}`, `what they left: ${list(remains)}`, `${runs} runs resumed to their end, ${faults.length} faults`].join('\n')
}

async function main (): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'pvae-kill-'))
  try {
    const subjects = (await createSubjects(join(root, 'data'))).filter(({ name }) => options.only === undefined || name === options.only)
    for (const subject of subjects) {
      const place = join(root, subject.name)
      await mkdir(place)
      await writeFile(join(place, 'config.json'), JSON.stringify(subject.config))
      console.log(`\n${subject.name}`)
      const killing = await killAndResume({
        subject, place, kills: Number(options.kills), seed: Number(options.seed), threads: Number(options.threads), say: line => console.log(line),
      })
      console.log(describe(killing))
      for (const fault of killing.faults) console.log(`FAULT  ${fault}`)
      if (killing.faults.length > 0) process.exitCode = 1
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

if (options.help) console.log(HELP)
else await main()
