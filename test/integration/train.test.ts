import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { pvae, type Pvae } from '../helpers/pvae-process.js'
import { outcomeOf } from '../helpers/run-outcome.js'
import { squaresConfig, writeSquares } from '../trainer/cli/cli-fixture.js'
import { presets } from '../../trainer/config/presets.js'
import { createRandom } from '../../trainer/random/index.js'

/** The command line as a process of its own, on the real engine: what signals and kills do to it. */

const EPOCHS = 60
const STEPS = EPOCHS * 6

interface Place {
  readonly runs: string
  readonly config: string
}

async function prepare (root: string): Promise<Place> {
  const data = await writeSquares(join(root, 'data'))
  const config = join(root, 'config.json')
  const { fit, ...rest } = squaresConfig(data)
  // Checkpoints at steps that are not the ends of epochs, so that running averages are resumed too.
  await writeFile(config, JSON.stringify({ ...rest, fit: { ...fit, epochs: EPOCHS, checkpointEverySteps: 7 } }))
  return { runs: join(root, 'runs'), config }
}

const train = ({ runs, config }: Place, run: string, ...flags: string[]) =>
  pvae([
    'train',
    '--config',
    config,
    '--run',
    run,
    '--runs',
    runs,
    '--threads',
    '1',
    '--no-export',
    '--evaluate-every',
    '1000',
    ...flags,
  ])
const resume = (place: Place, run: string) => train(place, run, '--resume')

const outcome = (place: Place, run: string) => outcomeOf(place.runs, run)

/** Waits for success; shows what a process that failed said. */
async function succeeded (t: Test, process: Pvae): Promise<void> {
  const ended = await process.ended
  if (ended.code !== 0) t.comment(process.stderr())
  t.same(ended, { code: 0, signal: null })
}

// One after another: together they would only wait for each other.
t.test('signals and kills', async t => {
  const place = await prepare(t.testdir())
  const whole = train(place, 'whole')
  await succeeded(t, whole)
  const reference = await outcome(place, 'whole')
  t.equal(reference.state.step, STEPS)
  t.equal(reference.log.length, EPOCHS)

  await t.test('Ctrl-C: the step is finished, a checkpoint saved, exit code 130; resumed, the same bits', async t => {
    const first = train(place, 'stopped')
    await first.saw('epoch 3/')
    first.child.kill('SIGINT')
    t.same(await first.ended, { code: 130, signal: null })
    t.match(first.stderr(), /stopping \(once more to stop at once\)/)
    const [, step] =
      /interrupted after step (\d+) of 360, saved in .*step-\d+\.safetensors\ngo on with: npm run train -- --resume --run stopped --runs /.exec(
        first.stderr()
      ) ?? []
    t.equal((await outcome(place, 'stopped')).state.step, Number(step), 'what it says is what it saved')
    t.notOk((await readdir(join(place.runs, 'stopped'))).includes('lock'))
    const second = resume(place, 'stopped')
    await succeeded(t, second)
    t.ok(second.stderr().includes(`resuming at step ${step}, from `))
    t.strictSame(await outcome(place, 'stopped'), reference)
  })

  await t.test('SIGTERM, a second Ctrl-C and kill -9 at random moments: never a damaged checkpoint, and in the end ' +
    'the same bits', async t => {
    const terminated = train(place, 'killed')
    await terminated.saw('run: ')
    terminated.child.kill('SIGTERM')
    t.same(await terminated.ended, { code: 130, signal: null })
    const twice = resume(place, 'killed')
    await twice.saw('run: ')
    twice.child.kill('SIGINT')
    twice.child.kill('SIGINT')
    t.same(await twice.ended, { code: 130, signal: null })

    const random = createRandom(20260, 'kill')
    let attempt = resume(place, 'killed')
    for (let kills = 0; kills < 3; kills++) {
      await attempt.saw('run: ')
      // Some epochs further than it was, so that it is still at work.
      const begun = Number(/resuming at step (\d+)/.exec(attempt.stderr())?.[1] ?? 0) / 6
      await attempt.saw(`epoch ${Math.floor(begun) + 1 + random.integer(8)}/`)
      attempt.child.kill('SIGKILL')
      t.same(await attempt.ended, { code: null, signal: 'SIGKILL' }, 'it was still at work')
      t.ok((await readdir(join(place.runs, 'killed'))).includes('lock'), 'the lock of a dead process stays')
      t.comment(`killed with ${(await readdir(join(place.runs, 'killed', 'checkpoints'))).join(', ')}`)
      attempt = resume(place, 'killed')
    }
    // Two processes go on at once: one has the run, the other is told who has it.
    const both = [attempt, resume(place, 'killed')]
    const codes = (await Promise.all(both.map(({ ended }) => ended))).map(({ code }) => code)
    t.strictSame(codes.toSorted(), [0, 1], both.map(({ stderr }) => stderr()).join('\n'))
    const [going, refused] = codes[0] === 0 ? both : both.reverse()
    t.notMatch(going!.stderr(), /checkpoint before it/)
    t.match(
      refused!.stderr(),
      new RegExp(
        `pvae: expected a run that no other process works on but found process ${going!.child.pid} on .* ` +
          '\\(PVAE_RUN_LOCKED\\)'
      )
    )
    t.strictSame(await outcome(place, 'killed'), reference)
  })
})

t.test('a usage error as a process', async t => {
  const unknown = pvae(['train', '--preset', 'mnits'])
  t.same(await unknown.ended, { code: 1, signal: null })
  t.equal(
    unknown.stderr(),
    `pvae: expected one of ${presets.map(({ name }) => name).join(', ')} for the preset but received "mnits" (did ` +
      'you mean "mnist"?) (PVAE_PRESET_NOT_FOUND)\n'
  )
  t.equal(unknown.stdout(), '')
})

t.test('a signal while a model is measured stops that; training is kept and not repeated', async t => {
  const root = t.testdir()
  const runs = join(root, 'runs')
  const config = join(root, 'config.json')
  const { data: _, ...rest } = squaresConfig('')
  // Ten thousand test images, handwriting's factors and ten classes: minutes to measure, moments to train.
  await writeFile(
    config,
    JSON.stringify({
      ...rest,
      data: { source: 'mnist' },
      model: { ...rest.model, decoder: { ...rest.model.decoder, base: 7 } },
    })
  )
  const flags = ['--runs', runs, '--repository', join(root, 'repository'), '--threads', '1']
  const logged = () => readFile(join(runs, 'squares', 'log.jsonl'), 'utf8')

  const first = pvae(['train', '--config', config, '--steps', '4', ...flags])
  await first.saw('measuring step 4')
  const log = await logged()
  first.child.kill('SIGTERM')
  t.same(await first.ended, { code: 130, signal: null })
  t.match(
    first.stderr(),
    /training is saved; go on with: npm run pvae -- export --run squares --runs \S+ --repository \S+ \(measuring begins anew\)\n$/
  )

  const next = pvae(['export', '--run', 'squares', ...flags])
  await next.saw('measuring step 4')
  next.child.kill('SIGINT')
  t.same(await next.ended, { code: 130, signal: null })
  t.match(next.stderr(), 'go on with: npm run pvae -- export --run squares')
  t.equal(await logged(), log, 'no step was taken again')
  t.strictSame(await readdir(join(runs, 'squares')).then(names => names.includes('lock')), false)

  const evaluation = pvae(['evaluate', '--run', 'squares', '--runs', runs, '--threads', '1'])
  await evaluation.saw('data: mnist/train')
  evaluation.child.kill('SIGINT')
  t.same(await evaluation.ended, { code: 130, signal: null })
  t.match(evaluation.stderr(), /interrupted; nothing was written\n$/)
  t.equal(evaluation.stdout(), '')
})
