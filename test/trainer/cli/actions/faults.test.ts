import { execFileSync } from 'node:child_process'
import { cp, mkdir, readFile, readdir, rm, stat, statfs, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { WITHOUT_DISK, mountSmallDisk } from '../../../helpers/small-disk.js'
import { outcomeOf, type RunOutcome } from '../../../helpers/run-outcome.js'
import { cli, squaresConfig, writeSquares } from '../cli-fixture.js'

/**
 * What may befall a run that is stopped half-way: nothing is lost, it says what it found, and in the end it comes to
 * the same bits.
 */

const STEPS = 18
const root = t.testdir({ runs: {} })
const config = join(root, 'config.json')
const train = (
  runs: string,
  flags: readonly string[],
  options: { signal?: AbortSignal; onStderr?: (text: string) => void } = {}
) =>
  cli(
    [
      'train',
      '--run',
      'squares',
      '--runs',
      runs,
      '--threads',
      '1',
      '--no-export',
      '--evaluate-every',
      '1000',
      ...flags,
    ],
    { directory: root, ...options }
  )

await writeFile(config, JSON.stringify(squaresConfig(await writeSquares(join(root, 'data')))))
const whole = join(root, 'runs')
t.equal((await train(whole, ['--config', config])).code, 0)
const reference = await outcomeOf(whole, 'squares')
t.equal(reference.state.step, STEPS)
const checkpointsOf = (runs: string) => join(runs, 'squares', 'checkpoints')
const namesOf = async (runs: string) => (await readdir(checkpointsOf(runs))).sort()

/** The whole run with its last checkpoints but the final one: as after a kill in the last epoch. */
async function stopped (name: string): Promise<string> {
  const runs = join(root, name)
  await cp(whole, runs, { recursive: true })
  await rm(join(checkpointsOf(runs), 'final.safetensors'))
  return runs
}

const resumed = async (runs: string): Promise<{ stderr: string, outcome: RunOutcome }> => {
  const { code, stderr } = await train(runs, ['--resume'])
  t.equal(code, 0, stderr)
  return { stderr, outcome: await outcomeOf(runs, 'squares') }
}

t.test('a newest checkpoint that is truncated, or of which a bit is wrong: the one before it is used', async t => {
  for (const [name, damage] of [
    ['truncated', async (path: string) => truncate(path, (await readFile(path)).length - 100)],
    ['corrupted', async (path: string) => {
      const bytes = await readFile(path)
      bytes[bytes.length - 1000]! ^= 1
      await writeFile(path, bytes)
    }],
  ] as const) {
    const runs = await stopped(name)
    t.strictSame(await namesOf(runs), ['step-0000000012.safetensors', 'step-0000000016.safetensors'])
    await damage(join(checkpointsOf(runs), 'step-0000000016.safetensors'))
    const { stderr, outcome } = await resumed(runs)
    t.match(
      stderr,
      /pvae: expected .* for \S+step-0000000016\.safetensors but found .*(truncated|bytes).*; the checkpoint before it is used\n/,
      name
    )
    t.match(stderr, /resuming at step 12, from /)
    t.strictSame(outcome, reference)
  }
})

t.test('no checkpoint that is whole: nothing is begun anew, nothing is overwritten', async t => {
  const runs = await stopped('lost')
  for (const name of await namesOf(runs)) await truncate(join(checkpointsOf(runs), name), 1000)
  const { code, stderr } = await train(runs, ['--resume'])
  t.equal(code, 1)
  t.match(
    stderr,
    /expected .*step-0000000012\.safetensors but found .*; of 2 none is whole: to begin the run anew, delete \S+checkpoints \(PVAE_CHECKPOINT_INVALID\)\n$/
  )
  t.strictSame(await namesOf(runs), ['step-0000000012.safetensors', 'step-0000000016.safetensors'])
  t.notOk((await readdir(join(runs, 'squares'))).includes('lock'))
})

t.test('a clock that was set back: the checkpoint with most steps counts, not the youngest file', async t => {
  const runs = await stopped('clock')
  const year = 365 * 24 * 3600
  const now = Date.now() / 1000
  await utimes(join(checkpointsOf(runs), 'step-0000000016.safetensors'), now - year, now - year)
  await utimes(join(checkpointsOf(runs), 'step-0000000012.safetensors'), now + year, now + year)
  await utimes(join(runs, 'squares', 'log.jsonl'), now + year, now + year)
  const { stderr, outcome } = await resumed(runs)
  t.match(stderr, /resuming at step 16, from /)
  t.strictSame(outcome, reference)
})

t.test('killed before the first checkpoint: the command that began the run stays on record', async t => {
  const runs = await stopped('early')
  await rm(checkpointsOf(runs), { recursive: true })
  const { stderr, outcome } = await resumed(runs)
  t.match(stderr, /no checkpoint yet: starting from the first step\n/)
  t.strictSame(outcome, reference)
  t.match(JSON.parse(await readFile(join(runs, 'squares', 'versions.json'), 'utf8')).command, `--config ${config}`)
})

t.test('a folder that a run with restarts left before it was one does not make the next run one with ' +
  'restarts', async t => {
  const runs = join(root, 'before')
  await mkdir(join(runs, 'squares'), { recursive: true })
  await writeFile(join(runs, 'squares', 'restarts.json'), JSON.stringify({ restarts: 3, attempts: [] }))
  t.equal((await train(runs, ['--config', config])).code, 0)
  t.strictSame(await outcomeOf(runs, 'squares'), reference)
})

const disk = mountSmallDisk(1024)

t.test('a disk that fills up in the middle of a checkpoint', { skip: disk === undefined && WITHOUT_DISK }, async t => {
  const runs = disk!
  // As much room as the files of a run take, and half a checkpoint.
  const abort = new AbortController()
  const stopped = await train(runs, ['--config', config], {
    signal: abort.signal,
    onStderr: text => {
      if (/^run: /m.test(text)) abort.abort()
    },
  })
  t.equal(stopped.code, 130)
  const { size } = await stat(join(checkpointsOf(runs), 'step-0000000000.safetensors'))
  const { bavail, bsize } = await statfs(runs)
  await writeFile(join(runs, 'filler'), Buffer.alloc(bavail * bsize - Math.round(size * 1.5)))
  const { code, stderr } = await train(runs, ['--resume'])
  t.equal(code, 1)
  t.match(
    stderr,
    /pvae: expected to write \S+step-\d+\.safetensors but found no space left on the device \(ENOSPC\); what was saved before is whole: once that is mended, go on with: npm run train -- --resume --run squares --runs \S+ --no-export \(PVAE_OUTPUT_UNWRITABLE\)\n$/
  )
  const left = await namesOf(runs)
  t.not(left.length, 0)
  t.strictSame(left.filter(name => !name.endsWith('.safetensors')), [], 'no half of a file')
  t.notOk((await readdir(join(runs, 'squares'))).includes('lock'))
  await rm(join(runs, 'filler'))
  execFileSync('mount', ['-o', 'remount,size=16m', runs])
  const { stderr: said, outcome } = await resumed(runs)
  t.match(said, /resuming at step \d+, from /)
  t.strictSame(outcome, reference)
})
