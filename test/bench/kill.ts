/**
 * `npm run bench:kill`: training that is killed again and again comes to the same bits. Ends with 1 where it does
 * not.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killAndResume, kindsOf, type Killing } from './kill/killing.js'
import { KINDS } from './kill/moments.js'
import { createSubjects } from './kill/subjects.js'
import { choose, readOptions } from './options.js'

const options = readOptions({
  name: 'bench:kill',
  about: `Kills training at drawn moments, resumes it, and compares what it comes to with a run that nobody killed. Ends
with 1 where a bit differs or anything is left behind.`,
  options: {
    kills: { help: 'of each run', default: 50, smoke: 1 },
    only: { help: 'runs', default: ['digits', 'layers'], smoke: ['digits'] },
    kinds: { help: 'of moments', default: [...KINDS] as string[], smoke: ['training'] },
    epochs: { help: 'of the digits\' run, of 20 steps', default: 20, smoke: 2 },
    seed: { help: 'of the moments', default: 1 },
    threads: { help: 'of the computation', default: 1 },
  },
})
const { kills, seed, threads } = options

function describe ({ kills, runs, remains, faults }: Killing): string {
  const list = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([what, count]) => `${what} ${count}`).join(', ')
  return [
    `killed ${list(kills)}`,
    `what they left: ${list(remains)}`,
    `${runs} runs resumed to their end, ${faults.length} faults`,
  ].join('\n')
}

const root = await mkdtemp(join(tmpdir(), 'pvae-kill-'))
try {
  const subjects = await createSubjects(join(root, 'data'), options.epochs)
  const byName = Object.fromEntries(subjects.map(subject => [subject.name, subject]))
  const moments = Object.fromEntries(KINDS.map(kind => [kind, kind]))
  const chosen = options.kinds.map(name => choose('kinds', name, moments))
  for (const subject of options.only.map(name => choose('only', name, byName))) {
    const place = join(root, subject.name)
    await mkdir(place)
    await writeFile(join(place, 'config.json'), JSON.stringify(subject.config))
    console.log(`\n${subject.name}`)
    const kinds = kindsOf(subject).filter(kind => chosen.includes(kind))
    const killing = await killAndResume({ subject, place, kills, kinds, seed, threads, say: line => console.log(line) })
    console.log(describe(killing))
    for (const fault of killing.faults) console.log(`FAULT  ${fault}`)
    if (killing.faults.length > 0) process.exitCode = 1
  }
} finally {
  await rm(root, { recursive: true, force: true })
}
