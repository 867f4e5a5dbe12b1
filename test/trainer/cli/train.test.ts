import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { checkGolden, openRepository, PIXEL_RULE } from '@partition-vae/models'
import { createInference } from '../../../trainer/engine/inference.js'
import { planarRunner } from '../../../trainer/export/golden.js'
import { parseEpochRecords } from '../../../trainer/fit/record.js'
import { cli, squaresConfig, writeSquares } from './cli-fixture.js'

/** A folder with data and config, and the flags that keep a run inside it. */
async function workplace (root: string) {
  const data = await writeSquares(join(root, 'data'))
  const config = join(root, 'config.json')
  await writeFile(config, JSON.stringify(squaresConfig(data)))
  const places = ['--runs', join(root, 'runs'), '--repository', join(root, 'repository'), '--threads', '1']
  return { root, data, config, places, run: join(root, 'runs', 'squares') }
}

t.test('train, then everything one does with the result', async t => {
  const { root, data, config, places, run } = await workplace(t.testdir())
  const trained = await cli(['train', '--config', config, '--epochs', '4', '--profile', '3', ...places], { directory: root })
  t.equal(trained.code, 0, trained.stderr)
  t.match(trained.stdout, /squares on the test split: mse 0\.\d{5}, reconstruction -?[\d.]+ nats, KL [\d.]+ nats \(p1 [\d.]+, p2 [\d.]+\), \d of 4 units active/)
  t.match(trained.stdout, new RegExp(['run     runs/squares', 'report  runs/squares/report/index\\.html', 'model   repository/squares/1',
    'serve   PVAE_REPOSITORY=repository npm start, then http://localhost:8080/v1/models/squares/versions/1'].join('\n')))
  t.match(trained.stderr, /data: data\/train 96 images, data\/test 32 images, 16×16×1\n/)
  t.match(trained.stderr, /engine: compiled, .*1 thread/)
  t.match(trained.stderr, /\n3 steps, medians: .*\n\nThe costliest of \d+ operations:\n[^]*\nprofile: runs\/squares\/profile; open its trace\.json/)

  t.test('the run holds config, origin, log, checkpoints and report', async t => {
    t.strictSame((await readdir(run)).sort(), ['checkpoints', 'config.json', 'log.jsonl', 'profile', 'report', 'tensorboard', 'versions.json'])
    const origin = JSON.parse(await readFile(join(run, 'versions.json'), 'utf8'))
    t.match(origin, { command: /^npm run train -- --config .*--epochs 4/, engine: /compiled/, packages: { 'onnxruntime-node': /^1\./, node: process.version } })
    const records = parseEpochRecords(await readFile(join(run, 'log.jsonl'), 'utf8'))
    t.equal(records.length, 4)
    t.ok(records.every(({ test }) => test !== undefined))
    t.ok(records.at(-1)!.train.mse < records[0]!.train.mse)
    const report = await readdir(join(run, 'report'))
    for (const file of ['index.html', 'loss-curves.png', 'reconstructions.png', 'traversal-unit.png', 'traversal-scale.png']) t.ok(report.includes(file), file)
  })

  t.test('the published version opens, says how it came to be, and reproduces its golden examples', async t => {
    const version = await openRepository(join(root, 'repository')).open('squares')
    const { card } = version
    t.equal(card.pixelRule, PIXEL_RULE)
    t.match(card.training, {
      seed: 3, epochs: 4, steps: 24, engine: /compiled/, config: { fit: { epochs: 4 } }, packages: { typebox: String }, data: { train: { count: 96 }, test: { count: 32 } },
    })
    t.ok((card.training['durations'] as { trainingSeconds: number }).trainingSeconds > 0)
    t.equal((card.metrics['test'] as { images: number }).images, 32)
    t.equal(card.latentStatistics.principalDirections.length, 2)
    const inference = await createInference({ ...version, image: card.image, latentSize: 4, threads: 1 })
    t.teardown(() => inference.dispose())
    await checkGolden(version.golden, card, planarRunner(inference, card.image), 'squares/1')
    t.equal(version.golden.examples.length, 4)
    t.ok((await readdir(join(version.directory, 'report'))).includes('index.html'))
  })

  t.test('evaluate: the run and the published model are the same model', async t => {
    const ofRun = await cli(['evaluate', '--run', 'squares', '--json', ...places], { directory: root })
    const ofModel = await cli(['evaluate', '--model', 'squares@1', '--json', ...places], { directory: root })
    t.equal(ofRun.code, 0, ofRun.stderr)
    t.strictSame(JSON.parse(ofRun.stdout), JSON.parse(ofModel.stdout))
    const { card } = await openRepository(join(root, 'repository')).open('squares')
    t.strictSame(JSON.parse(ofRun.stdout), card.metrics['test'])
    const onTrain = await cli(['evaluate', '--model', 'squares', '--split', 'train', '--limit', '50', ...places.slice(0, 4)], { directory: root })
    t.match(onTrain.stdout, /squares on the train split: mse/)
    const cut = await cli(['evaluate', '--model', 'squares', '--cut', '1,3', '--json', ...places], { directory: root })
    t.strictSame(Object.keys((JSON.parse(cut.stdout) as { klByPartition: object }).klByPartition), ['c1', 'c2'], 'as if cut elsewhere')
    const elsewhere = await writeSquares(join(root, 'others'), 2)
    const onOthers = await cli(['evaluate', '--model', 'squares', '--data', elsewhere, ...places], { directory: root })
    t.match(onOthers.stderr, /others\/test 32 images/)
  })

  t.test('evaluate refuses what makes no sense', async t => {
    const refused = async (argv: string[], message: RegExp) => {
      const { code, stderr } = await cli(['evaluate', ...argv, ...places], { directory: root })
      t.equal(code, 1)
      t.match(stderr, message)
    }
    await refused([], /expected either --run NAME or --model NAME/)
    await refused(['--run', 'a', '--model', 'b'], /expected either --run NAME or --model NAME/)
    await refused(['--run', 'none'], /PVAE_RUN_NOT_FOUND/)
    await refused(['--model', 'none'], /PVAE_MODEL_NOT_FOUND/)
    await refused(['--model', 'squares@7'], /PVAE_VERSION_NOT_FOUND/)
    await refused(['--model', 'squares@x'], /NAME or NAME@VERSION/)
    await refused(['--model', 'squares@1@2'], /NAME or NAME@VERSION/)
    await refused(['--model', 'squares', '--cut', '2,3'], /sizes of partitions that add up to 4 for --cut but received "2,3"/)
    await refused(['--model', 'squares', '--cut', 'two'], /sizes of partitions that add up to 4/)
    const large = join(root, 'large')
    await mkdir(large)
    for (const split of ['train', 't10k']) {
      const file = Buffer.alloc(16 + 4 * 64)
      for (const [i, value] of [0x803, 4, 8, 8].entries()) file.writeUInt32BE(value, 4 * i)
      await writeFile(join(large, `${split}-images-idx3-ubyte`), file)
    }
    await refused(['--model', 'squares', '--data', large], /expected images of 16×16×1 for the model squares but found 8×8×1 \(PVAE_DATA_MISMATCH\)/)
  })

  t.test('traverse writes a PNG in each mode', async t => {
    for (const [mode, flags] of [['unit', []], ['scale', ['--from', '-1', '--to', '3', '--seed', '5']], ['joint', ['--latent', '0.5,0,-1e-1,0', '--partition', 'p2', '--steps', '3', '--range', '1', '--threads', '1']]] as const) {
      const { code, stdout, stderr } = await cli(['traverse', '--model', 'squares', '--mode', mode, ...flags, '--repository', join(root, 'repository')], { directory: root })
      t.equal(code, 0, stderr)
      t.equal(stdout, `squares-1-${mode}.png\n`)
      t.equal((await readFile(join(root, `squares-1-${mode}.png`))).subarray(1, 4).toString(), 'PNG')
    }
    const refused = async (argv: string[], message: RegExp) => {
      const { code, stderr } = await cli(['traverse', '--model', 'squares', ...argv, '--repository', join(root, 'repository')], { directory: root })
      t.equal(code, 1)
      t.match(stderr, message)
    }
    await refused(['--latent', '1,2'], /4 numbers.*PVAE_INVALID_PARAMETER/)
    await refused(['--latent', '1,2,,4'], /a finite number.*latent\[2\]/)
    await refused(['--latent', '1,2,3,4', '--seed', '1'], /expected one of them for --latent and --seed/)
    await refused(['--steps', '1'], /steps/)
    await refused(['--steps', 'many'], /argument 'many' is invalid\. Expected a number/)
    await refused(['--partition', 'p9'], /p9/)
    await refused(['--out', join(root, 'missing', 'x.png')], /PVAE_OUTPUT_UNWRITABLE/)
  })

  t.test('export publishes the next version, under another name too', async t => {
    const again = await cli(['export', '--run', 'squares', ...places], { directory: root })
    t.match(again.stdout, /model {3}repository\/squares\/2/)
    const renamed = await cli(['export', '--run', 'squares', '--name', 'boxes', '--description', 'squares in boxes', ...places], { directory: root })
    t.match(renamed.stdout, /model {3}repository\/boxes\/1/)
    t.equal((await openRepository(join(root, 'repository')).open('boxes')).card.description, 'squares in boxes')
    const refused = await cli(['export', '--run', 'squares', '--name', 'Not A Name', ...places], { directory: root })
    t.match(refused.stderr, /PVAE_CONFIG_INVALID/)
  })

  t.test('a run is not overwritten, and not resumed with another config', async t => {
    const before = await readFile(join(run, 'log.jsonl'))
    const refused = async (argv: string[], message: RegExp) => {
      const { code, stderr } = await cli(['train', ...argv, ...places], { directory: root })
      t.equal(code, 1)
      t.match(stderr, message)
    }
    await refused(['--config', config], /expected a new run but found .*squares; continue it with --resume.*PVAE_RUN_EXISTS/)
    await refused(['--resume', '--run', 'squares', '--set', 'model.heads.hidden=9'], /expected 16 for model\.heads\.hidden, as the run began, but received 9 \(PVAE_CHECKPOINT_MISMATCH\)/)
    await refused(['--resume', '--run', 'squares', '--epochs', '9'], /its schedules depend on the length of the run/)
    await refused(['--resume', '--run', 'squares', '--config', config], /expected 4 for fit\.epochs, as the run began, but received 3/)
    await refused(['--resume'], /expected --run NAME for the run to resume/)
    await refused(['--resume', '--run', 'other'], /PVAE_RUN_NOT_FOUND.*|there are squares/)
    await refused(['--resume', '--preset', 'mnist'], /the name of a run in .* but received mnist; there are squares/)
    await writeSquares(data, 9)
    await refused(['--resume', '--run', 'squares'], /PVAE_DATA_MISMATCH/)
    await writeSquares(data, 1)
    t.strictSame(await readFile(join(run, 'log.jsonl')), before)
    const resumed = await cli(['train', '--resume', '--run', 'squares', '--no-export', ...places], { directory: root })
    t.equal(resumed.code, 0, 'a finished run only measures and reports again')
    t.notMatch(resumed.stdout, /model {3}/)
  })
})

t.test('interrupted, resumed past a damaged checkpoint, to the same end; and interrupted while measuring', async t => {
  const { root, config, places, run } = await workplace(t.testdir())
  const reference = await cli(['train', '--config', config, '--run', 'whole', '--no-export', ...places], { directory: root })
  t.equal(reference.code, 0, reference.stderr)
  const abort = new AbortController()
  const stopped = await cli(['train', '--config', config, ...places], { directory: root, signal: abort.signal, onStderr: text => { if (/epoch 2\/3 done/.test(text)) abort.abort() } })
  t.equal(stopped.code, 130)
  t.match(stopped.stderr, /interrupted after step 12 of 18, saved in runs\/squares\/checkpoints\/step-0000000012\.safetensors\ngo on with: npm run train -- --resume --run squares --runs \S+\n/)
  await truncate(join(run, 'checkpoints', 'step-0000000012.safetensors'), 1000)
  const abortLater = new AbortController()
  const measuring = await cli(['train', '--resume', '--run', 'squares', '--description', 'gone on', ...places], {
    directory: root, signal: abortLater.signal, onStderr: text => { if (/epoch 3\/3 done/.test(text)) abortLater.abort() },
  })
  t.match(measuring.stderr, /pvae: .*step-0000000012\.safetensors.*; the checkpoint before it is used\nresuming at step 8/)
  t.equal(measuring.code, 130)
  t.match(measuring.stderr, /training is saved; go on with: npm run pvae -- export --run squares/)
  const finished = await cli(['export', '--run', 'squares', ...places], { directory: root })
  t.equal(finished.code, 0, finished.stderr)
  t.equal(finished.stdout.split('\n')[0], reference.stdout.split('\n')[0], 'the same numbers')
  t.match(JSON.parse(await readFile(join(run, 'config.json'), 'utf8')), { description: 'gone on' })
  const evaluation = await cli(['evaluate', '--run', 'squares', ...places], { directory: root, signal: AbortSignal.abort() })
  t.equal(evaluation.code, 130)
})

t.test('a run that was stopped before its first checkpoint starts anew', async t => {
  const { root, config, places, run } = await workplace(t.testdir())
  await mkdir(run, { recursive: true })
  await writeFile(join(run, 'config.json'), await readFile(config))
  const none = await cli(['export', '--run', 'squares', ...places], { directory: root })
  t.match(none.stderr, /expected a checkpoint in .*checkpoints but found none yet \(PVAE_CHECKPOINT_NOT_FOUND\)/)
  const resumed = await cli(['train', '--resume', '--run', 'squares', ...places], { directory: root })
  t.equal(resumed.code, 0)
  t.match(resumed.stderr, /no checkpoint yet: starting from the first step/)
})

t.test('the eager engine trains too', async t => {
  const { root, config, places } = await workplace(t.testdir())
  const { code, stderr } = await cli(['train', '--config', config, '--epochs', '1', '--engine', 'eager', '--no-export', '--evaluate-every', '5', ...places], { directory: root })
  t.equal(code, 0, stderr)
  t.match(stderr, /engine: eager/)
})

t.test('bad input: one readable line, exit code 1, nothing left behind', async t => {
  const { root, config, places } = await workplace(t.testdir({ file: 'a file', 'torn.json': '{"name": ' }))
  const refused = async (argv: string[], message: RegExp) => {
    const { code, stderr, stdout } = await cli(['train', ...argv], { directory: root })
    t.equal(code, 1, argv.join(' '))
    t.equal(stdout, '')
    const lines = stderr.trimEnd().split('\n').filter(line => !line.startsWith('data: '))
    t.equal(lines.length, 1, stderr)
    t.match(lines[0], message)
    t.match(lines[0], /^pvae: /)
  }
  await refused([], /expected --preset mnist\|.*\|folder or --config FILE for the config but received neither/)
  await refused(['--preset', 'mnits'], /expected one of mnist, .*, folder for the preset but received "mnits" \(PVAE_PRESET_NOT_FOUND\)/)
  await refused(['--preset', 'mnist', '--config', config], /expected one of them for --preset and --config but received both/)
  await refused(['--preset', 'fashion'], /expected --data DIR for the images of preset fashion/)
  await refused(['--preset', 'mnist', '--data', join(root, 'nowhere'), ...places], /PVAE_DATA_NOT_FOUND/)
  await refused(['--config', join(root, 'none.json')], /expected a readable JSON file at .*none\.json for --config/)
  await refused(['--config', join(root, 'torn.json')], /expected a readable JSON file at .*torn\.json/)
  await refused(['--config', config, '--set', 'model.partitions.0.size=0', ...places], />= 1 for model\.partitions\[0\]\.size but received 0/)
  await refused(['--config', config, '--epochs', 'many', ...places], /an integer for fit\.epochs but received "many"/)
  await refused(['--config', config, '--beta', '-1', ...places], /objective\.beta but received -1/)
  await refused(['--config', config, '--seed', '1.5', ...places], /an integer for seed/)
  await refused(['--config', config, '--name', '7 up', ...places], /for name but received "7 up"/)
  await refused(['--config', config, '--set', 'model.subresolution.factor=3', ...places], /16×16 to be divisible by .*; what fits: 1, 2, 4, 8, 16/)
  await refused(['--config', config, '--batch-size', '97', ...places], /PVAE_DATA_EMPTY/)
  await refused(['--config', config, '--threads', '0', ...places], /option '--threads <count>' argument '0' is invalid\. Expected an integer of at least 1/)
  await refused(['--config', config, '--engine', 'steam', ...places], /argument 'steam' is invalid\. Allowed choices are compiled, eager/)
  await refused(['--config', config, '--epoch', '3', ...places], /unknown option '--epoch' \(Did you mean --epochs\?\)/)
  await refused(['--config', config, '--runs', join(root, 'file')], /expected to write .*file.* but found a file where a folder should be \(E\w+\) \(PVAE_OUTPUT_UNWRITABLE\)/)
  await refused(['--config', config, '--run', '../up', ...places], /the name of a run but received "\.\.\/up"/)
  t.strictSame((await readdir(root)).sort(), ['config.json', 'data', 'file', 'torn.json'])
})

t.test('a repository that can\'t be written keeps the trained run', async t => {
  const { root, config, places, run } = await workplace(t.testdir({ file: 'a file' }))
  const failed = await cli(['train', '--config', config, '--epochs', '1', ...places, '--repository', join(root, 'file')], { directory: root })
  t.equal(failed.code, 1)
  t.match(failed.stderr, /PVAE_REPOSITORY_UNWRITABLE/)
  t.ok((await readdir(join(run, 'checkpoints'))).includes('final.safetensors'))
  t.equal((await cli(['export', '--run', 'squares', ...places], { directory: root })).code, 0)
})
