/**
 * Kills a run until it has been killed often enough, resumes it each time, and compares what it comes to with a run
 * that nobody killed.
 */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { openRepository } from '@partition-vae/models'
import { createRandom, type Random } from '../../../trainer/random/index.js'
import { pvae, type Pvae } from '../../helpers/pvae-process.js'
import { outcomeOf } from '../../helpers/run-outcome.js'
import { KINDS, measureDurations, strike, type MomentKind } from './moments.js'
import type { Subject } from './subjects.js'

/** Then it stops: what fails at once would fail for ever. */
const MOST_FAULTS = 5

export interface KillingOptions {
  readonly subject: Subject
  /** An empty folder but for `config.json`. */
  readonly place: string
  readonly kills: number
  /** The kinds of moments, in place of all that the subject has. */
  readonly kinds?: readonly MomentKind[]
  readonly seed: number
  readonly threads: number
  say (line: string): void
}

export interface Killing {
  /** By kind of moment. */
  readonly kills: ReadonlyMap<string, number>
  /** Runs that were killed, resumed, and compared. */
  readonly runs: number
  /** What kills left behind, and how often. */
  readonly remains: ReadonlyMap<string, number>
  /** What must not be: an empty list. */
  readonly faults: readonly string[]
}

export async function killAndResume (options: KillingOptions): Promise<Killing> {
  const { subject, place, kills, kinds = kindsOf(options.subject), seed, threads, say } = options
  const runs = join(place, 'runs')
  const start = (run: string, ...flags: string[]) => pvae([
    'train', '--config', join(place, 'config.json'), '--run', run, '--runs', runs,
    '--repository', join(place, 'repository', run), '--threads', String(threads), ...subject.flags, ...flags,
  ])
  const trained = subject.flags.includes('--restarts') ? /\nattempt 2: / : /epoch (\d+)\/\1 done/
  const isTrained = (stderr: string) => trained.test(stderr)
  const whole = start('whole')
  const durations = await measureDurations(whole, isTrained)
  if ((await whole.ended).code !== 0) throw new Error(whole.stderr())
  const reference = await outcomeOf(runs, 'whole')
  const parts = Object.entries(durations).map(([part, milliseconds]) => `${part} ${(milliseconds / 1000).toFixed(1)} s`)
  const { state, restarts } = reference
  const attempts = restarts === undefined ? '' : `, ${restarts.attempts.length} attempts`
  say(`nobody killed: ${parts.join(', ')}, ${state.step} steps${attempts}`)

  const killed = new Map<string, number>()
  const remains = new Map<string, number>()
  const faults: string[] = []
  const random = createRandom(seed, 'kill', subject.name)
  const pending = drawKinds(random, kinds, kills)
  let number = 1
  const name = () => `killed-${number}`
  for (let deaths = 0; (pending.length > 0 || deaths > 0) && faults.length < MOST_FAULTS;) {
    const path = join(runs, name())
    // Before there is a config, there is no run to resume.
    const process = start(name(), ...await exists(join(path, 'config.json')) ? ['--resume'] : [])
    const [kind] = pending
    if (kind !== undefined && await strike(process, kind, random, { subject, path, durations, isTrained })) {
      pending.shift()
      deaths++
      count(killed, kind)
      for (const what of await remainsOf(path, subject)) count(remains, what)
      continue
    }
    const found = await judge(process, reference, runs, name(), join(place, 'repository', name()))
    faults.push(...found.map(fault => `${name()}, killed ${deaths} times: ${fault}`))
    const note = found.length === 0 ? '' : `; FAULT ${found.join('; ')}`
    say(`${name()}: ${deaths} kills, ${pending.length} to come${note}`)
    number++
    deaths = 0
  }
  return { kills: killed, runs: number - 1, remains, faults }
}

/** The kinds of moments that a subject has. */
export function kindsOf ({ beforeGrowth }: Subject): MomentKind[] {
  return KINDS.filter(kind => kind !== 'growth' || beforeGrowth !== undefined)
}

/** As many of each kind, in random order. */
function drawKinds (random: Random, kinds: readonly MomentKind[], kills: number): MomentKind[] {
  const order = random.shuffle(Uint32Array.from({ length: kills }, (_, i) => i))
  return Array.from(order, i => kinds[i % kinds.length]!)
}

type Outcome = Awaited<ReturnType<typeof outcomeOf>>

/** Compares what a resumed run came to with the reference: what differs, or was left behind. */
async function judge (
  process: Pvae, reference: Outcome, runs: string, name: string, repository: string
): Promise<string[]> {
  const { code, signal } = await process.ended
  if (code !== 0) return [`ended with ${code ?? signal}: ${process.stderr()}`]
  const faults: string[] = []
  const { state, log, restarts } = await outcomeOf(runs, name)
  if (!isDeepStrictEqual(state, reference.state)) faults.push('other weights, moments or statistics')
  if (!isDeepStrictEqual(log, reference.log)) faults.push('another log')
  if (!isDeepStrictEqual(restarts, reference.restarts)) faults.push('other attempts')
  if (/PVAE_CHECKPOINT_INVALID|checkpoint before it/.test(process.stderr())) {
    faults.push(`a damaged checkpoint: ${process.stderr()}`)
  }
  const files = await readdir(join(runs, name), { recursive: true })
  const left = files.filter(file => /\.tmp$|\.stale$|(^|\/)lock$/.test(file))
  if (left.length > 0) faults.push(`left behind: ${left.join(', ')}`)
  const models = openRepository(repository)
  for (const model of await models.list()) {
    for (const version of model.versions) {
      await models.open(model.name, version).catch((error: Error) => faults.push(`a damaged model: ${error.message}`))
    }
  }
  return faults
}

async function remainsOf (path: string, { checkpoints }: Subject): Promise<string[]> {
  const files: string[] = await readdir(path, { recursive: true }).catch(() => [])
  const found = (pattern: RegExp) => files.some(file => pattern.test(file))
  if (!files.includes('config.json')) return ['no run yet']
  return [
    ...found(/(^|\/)lock$/) ? ['a lock'] : [],
    ...checkpoints.some(folder => found(new RegExp(`^${folder}/.*\\.tmp$`))) ? ['half a checkpoint'] : [],
    ...found(/^(report\/)?[^/]*\.tmp$/) ? ['another half-written file'] : [],
    ...found(/^report\/index\.html$/) ? ['a report'] : [],
  ]
}

function count (counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}

function exists (path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false)
}
