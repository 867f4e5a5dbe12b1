import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { checkGolden, openRepository, PIXEL_RULE } from '@partition-vae/models'
import { examineDevice } from '../../../../trainer/engine/devices.js'
import { createInference } from '../../../../trainer/engine/inference.js'
import { planarRunner } from '../../../../trainer/export/golden.js'
import { parseEpochRecords } from '../../../../trainer/fit/record.js'
import { cli, squaresConfig, writeSquares } from '../cli-fixture.js'

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
  const trained = await cli(['train', '--config', config, '--epochs', '4', '--profile', '3', ...places], {
    directory: root,
  })
  t.equal(trained.code, 0, trained.stderr)
  t.match(
    trained.stdout,
    /squares on the test split: mse 0\.\d{5}, reconstruction -?[\d.]+ nats, KL [\d.]+ nats \(p1 [\d.]+, p2 [\d.]+\), \d of 4 units active/
  )
  t.match(
    trained.stdout,
    new RegExp(
      [
        'run     runs/squares',
        'report  runs/squares/report/index\\.html',
        'model   repository/squares/1',
        'serve   PVAE_REPOSITORY=repository npm start, then http://localhost:8080/v1/models/squares/versions/1',
      ].join('\n')
    )
  )
  t.match(trained.stderr, /data: data\/train 96 images, data\/test 32 images, 16×16×1\n/)
  t.match(trained.stderr, /engine: compiled, .*1 thread/)
  t.notMatch(trained.stderr, /cuda/i, 'nobody asked for it')
  t.match(
    trained.stderr,
    /\n3 steps, medians: .*\n\nThe costliest of \d+ operations:\n[^]*\nprofile: runs\/squares\/profile; open its trace\.json/
  )

  t.test('the run holds config, origin, log, checkpoints and report', async t => {
    t.strictSame((await readdir(run)).sort(), [
      'checkpoints',
      'config.json',
      'log.jsonl',
      'profile',
      'report',
      'tensorboard',
      'versions.json',
    ])
    const origin = JSON.parse(await readFile(join(run, 'versions.json'), 'utf8'))
    t.match(origin, {
      command: /^npm run train -- --config .*--epochs 4/,
      engine: /compiled/,
      packages: { 'onnxruntime-node': /^1\./, node: process.version },
    })
    t.equal(
      /^the CPU, since CUDA does not work here/.test(origin.device ?? ''),
      !(await examineDevice('cuda')).usable,
      'why it was not CUDA'
    )
    const records = parseEpochRecords(await readFile(join(run, 'log.jsonl'), 'utf8'))
    t.equal(records.length, 4)
    t.ok(records.every(({ test }) => test !== undefined))
    t.ok(records.at(-1)!.train.mse < records[0]!.train.mse)
    const report = await readdir(join(run, 'report'))
    for (const file of [
      'index.html',
      'loss-curves.png',
      'reconstructions.png',
      'traversal-unit.png',
      'traversal-scale.png',
    ]) {
      t.ok(report.includes(file), file)
    }
  })

  t.test('the published version opens, says how it came to be, and reproduces its golden examples', async t => {
    const version = await openRepository(join(root, 'repository')).open('squares')
    const { card } = version
    t.equal(card.pixelRule, PIXEL_RULE)
    t.match(card.training, {
      seed: 3,
      epochs: 4,
      steps: 24,
      engine: /compiled/,
      config: { fit: { epochs: 4 } },
      packages: { typebox: String },
      data: { train: { count: 96 }, test: { count: 32 } },
    })
    t.notOk('device' in card.training)
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
    const onTrain = await cli(
      ['evaluate', '--model', 'squares', '--split', 'train', '--limit', '50', ...places.slice(0, 4)],
      { directory: root }
    )
    t.match(onTrain.stdout, /squares on the train split: mse/)
    const cut = await cli(['evaluate', '--model', 'squares', '--cut', '1,3', '--json', ...places], { directory: root })
    t.strictSame(
      Object.keys((JSON.parse(cut.stdout) as { klByPartition: object }).klByPartition),
      ['c1', 'c2'],
      'as if cut elsewhere'
    )
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
    await refused(
      ['--model', 'squares', '--cut', '2,3'],
      /sizes of partitions that add up to 4 for --cut but received "2,3"/
    )
    await refused(['--model', 'squares', '--cut', 'two'], /sizes of partitions that add up to 4/)
    const large = join(root, 'large')
    await mkdir(large)
    for (const split of ['train', 't10k']) {
      const file = Buffer.alloc(16 + 4 * 64)
      for (const [i, value] of [0x803, 4, 8, 8].entries()) file.writeUInt32BE(value, 4 * i)
      await writeFile(join(large, `${split}-images-idx3-ubyte`), file)
    }
    await refused(
      ['--model', 'squares', '--data', large],
      /expected images of 16×16×1 for the model squares but found 8×8×1 \(PVAE_DATA_MISMATCH\)/
    )
  })

  t.test('traverse writes a PNG in each mode', async t => {
    for (const [mode, flags] of [
      ['unit', []],
      ['scale', ['--from', '-1', '--to', '3', '--seed', '5']],
      ['joint', ['--latent', '0.5,0,-1e-1,0', '--partition', 'p2', '--steps', '3', '--range', '1', '--threads', '1']],
    ] as const) {
      const { code, stdout, stderr } = await cli(
        ['traverse', '--model', 'squares', '--mode', mode, ...flags, '--repository', join(root, 'repository')],
        { directory: root }
      )
      t.equal(code, 0, stderr)
      t.equal(stdout, `squares-1-${mode}.png\n`)
      t.equal((await readFile(join(root, `squares-1-${mode}.png`))).subarray(1, 4).toString(), 'PNG')
    }
    const refused = async (argv: string[], message: RegExp) => {
      const { code, stderr } = await cli(
        ['traverse', '--model', 'squares', ...argv, '--repository', join(root, 'repository')],
        { directory: root }
      )
      t.equal(code, 1)
      t.match(stderr, message)
    }
    await refused(['--latent', '1,2'], /4 numbers.*PVAE_INVALID_LATENT/)
    await refused(['--latent', '1,2,,4'], /a finite float32.*latent\[2\]/)
    await refused(['--latent', '1,2,3,4', '--seed', '1'], /expected one of them for --latent and --seed/)
    await refused(['--steps', '1'], /steps/)
    await refused(['--steps', 'many'], /argument 'many' is invalid\. Expected a number/)
    await refused(['--partition', 'p9'], /p9/)
    await refused(['--out', join(root, 'missing', 'x.png')], /PVAE_OUTPUT_UNWRITABLE/)
  })

  t.test('export publishes the next version, under another name too', async t => {
    const again = await cli(['export', '--run', 'squares', ...places], { directory: root })
    t.match(again.stdout, /model {3}repository\/squares\/2/)
    const renamed = await cli(
      ['export', '--run', 'squares', '--name', 'boxes', '--description', 'squares in boxes', ...places],
      { directory: root }
    )
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
    for (const flags of [['--without', 'magic'], ['--engine', 'eager', '--device', 'webgpu']]) {
      await refused(['--config', config, '--run', 'never', ...flags], /"magic"|the compiled engine/)
      t.notOk((await readdir(join(root, 'runs'))).includes('never'), `${flags.join(' ')} leaves no run behind`)
    }
    await refused(
      ['--config', config],
      /expected a new run but found .*squares; continue it with --resume.*PVAE_RUN_EXISTS/
    )
    await refused(
      ['--resume', '--run', 'squares', '--set', 'model.heads.hidden=9'],
      /expected 16 for model\.heads\.hidden, as the run began, but received 9 \(PVAE_CHECKPOINT_MISMATCH\)/
    )
    await refused(['--resume', '--run', 'squares', '--epochs', '9'], /its schedules depend on the length of the run/)
    await refused(
      ['--resume', '--run', 'squares', '--config', config],
      /expected 4 for fit\.epochs, as the run began, but received 3/
    )
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

  t.test('a report is drawn anew with the labels that the card has, and says what it said', async t => {
    const labelled = await cli(
      ['label', '--model', 'squares', 'p1=place <b>', '--repository', join(root, 'repository')],
      { directory: root }
    )
    t.match(labelled.stdout, /report {2}with these names: npm run pvae -- report --model squares@3 --repository /)
    const before = await readFile(join(root, 'repository', 'squares', '3', 'report', 'metrics.json'), 'utf8')
    const drawn = await cli(
      ['report', '--model', 'squares', '--repository', join(root, 'repository'), '--threads', '1'],
      { directory: root }
    )
    t.equal(drawn.code, 0, drawn.stderr)
    t.match(drawn.stdout, 'report  repository/squares/3/report/index.html')
    const report = join(root, 'repository', 'squares', '3', 'report')
    t.strictSame(JSON.parse(await readFile(join(report, 'metrics.json'), 'utf8')), JSON.parse(before))
    const page = await readFile(join(report, 'index.html'), 'utf8')
    t.match(page, '<td>place &#60;b&#62; (p1)</td>')
    t.match(page, '<tr><th>version</th><td>3</td></tr>')
    t.match(page, 'By epoch; losses are averages per image. p1 is place &#60;b&#62;.')
    t.match(page, /<dl class="verdict">/)
    await openRepository(join(root, 'repository')).open('squares', 3)
    await writeSquares(data, 5)
    const other = await cli(['report', '--model', 'squares', '--repository', join(root, 'repository')], {
      directory: root,
    })
    t.match(other.stderr, /expected the images that the model was measured on .*PVAE_DATA_MISMATCH/)
    await writeSquares(data, 1)
  })
})

t.test('interrupted, resumed past a damaged checkpoint, to the same end; and interrupted while measuring', async t => {
  const { root, config, places, run } = await workplace(t.testdir())
  const reference = await cli(['train', '--config', config, '--run', 'whole', '--no-export', ...places], {
    directory: root,
  })
  t.equal(reference.code, 0, reference.stderr)
  const abort = new AbortController()
  const stopped = await cli(['train', '--config', config, ...places], {
    directory: root,
    signal: abort.signal,
    onStderr: text => {
      if (/epoch 2\/3 done/.test(text)) abort.abort()
    },
  })
  t.equal(stopped.code, 130)
  t.match(
    stopped.stderr,
    /interrupted after step 12 of 18, saved in runs\/squares\/checkpoints\/step-0000000012\.safetensors\ngo on with: npm run train -- --resume --run squares --runs \S+ --repository \S+\n/,
    'with all places'
  )
  await truncate(join(run, 'checkpoints', 'step-0000000012.safetensors'), 1000)
  const abortLater = new AbortController()
  const measuring = await cli(['train', '--resume', '--run', 'squares', '--description', 'gone on', ...places], {
    directory: root,
    signal: abortLater.signal,
    onStderr: text => {
      if (/epoch 3\/3 done/.test(text)) abortLater.abort()
    },
  })
  t.match(
    measuring.stderr,
    /pvae: .*step-0000000012\.safetensors.*; the checkpoint before it is used\nresuming at step 8/
  )
  t.equal(measuring.code, 130)
  t.match(measuring.stderr, /training is saved; go on with: npm run pvae -- export --run squares/)
  const finished = await cli(['export', '--run', 'squares', ...places], { directory: root })
  t.equal(finished.code, 0, finished.stderr)
  t.equal(finished.stdout.split('\n')[0], reference.stdout.split('\n')[0], 'the same numbers')
  t.match(JSON.parse(await readFile(join(run, 'config.json'), 'utf8')), { description: 'gone on' })
  const evaluation = await cli(['evaluate', '--run', 'squares', ...places], {
    directory: root,
    signal: AbortSignal.abort(),
  })
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
  const { code, stderr } = await cli(
    [
      'train',
      '--config',
      config,
      '--epochs',
      '1',
      '--engine',
      'eager',
      '--no-export',
      '--evaluate-every',
      '5',
      ...places,
    ],
    { directory: root }
  )
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
  await refused(
    ['--preset', 'mnits'],
    /expected one of mnist, .*, folder for the preset but received "mnits" \(did you mean "mnist"\?\) \(PVAE_PRESET_NOT_FOUND\)/
  )
  await refused(
    ['--preset', 'mnist', '--config', config],
    /expected one of them for --preset and --config but received both/
  )
  await refused(['--preset', 'fashion'], /expected --data DIR for the images of preset fashion/)
  await refused(
    ['--preset', 'mnist', '--data', join(root, 'nowhere'), ...places],
    /no such file or folder: .*nowhere \(data\.directory\) \(PVAE_DATA_NOT_FOUND\)/
  )
  await refused(
    ['--preset', 'folder', '--data', join(root, 'nowhere'), ...places],
    /no such file or folder: .*nowhere \(data\.directory\) \(PVAE_DATA_NOT_FOUND\)/
  )
  await refused(
    ['--preset', 'folder', '--root', join(root, 'nowhere'), ...places],
    /no such file or folder: .*nowhere \(data\.root\) \(PVAE_DATA_NOT_FOUND\)/
  )
  await refused(
    ['--config', config, '--set', 'fit.batchsize=3', ...places],
    /for fit\.batchsize but received batchsize: 3 \(did you mean "batchSize"\?\)/
  )
  await refused(['--config', join(root, 'none.json')], /no such file or folder: .*none\.json \(--config\)/)
  await refused(['--config', join(root, 'torn.json')], /expected a JSON file at .*torn\.json/)
  await refused(
    ['--config', config, '--set', 'model.partitions.0.size=0', ...places],
    />= 1 for model\.partitions\[0\]\.size but received 0/
  )
  await refused(['--config', config, '--epochs', 'many', ...places], /an integer for fit\.epochs but received "many"/)
  await refused(['--config', config, '--beta', '-1', ...places], /objective\.beta but received -1/)
  await refused(['--config', config, '--seed', '1.5', ...places], /an integer for seed/)
  await refused(['--config', config, '--name', '_', ...places], /for name but received "_"/)
  await refused(
    ['--config', config, '--set', 'model.subresolution.factor=3', ...places],
    /16×16 to be divisible by .*; what fits: 1, 2, 4, 8, 16/
  )
  await refused(['--config', config, '--batch-size', '97', ...places], /PVAE_DATA_EMPTY/)
  await refused(
    ['--config', config, '--threads', '0', ...places],
    /option '--threads <count>' argument '0' is invalid\. Expected an integer of at least 1/
  )
  await refused(
    ['--config', config, '--engine', 'steam', ...places],
    /argument 'steam' is invalid\. Allowed choices are compiled, eager/
  )
  await refused(['--config', config, '--epoch', '3', ...places], /unknown option '--epoch' \(Did you mean --epochs\?\)/)
  await refused(
    ['--config', config, '--runs', join(root, 'file')],
    /expected to write .*file.* but found a file where a folder should be \(E\w+\) \(PVAE_OUTPUT_UNWRITABLE\)/
  )
  await refused(['--config', config, '--run', '../up', ...places], /the name of a run but received "\.\.\/up"/)
  t.strictSame((await readdir(root)).sort(), ['config.json', 'data', 'file', 'torn.json'])
})

t.test('what would fail at the end is refused before training', async t => {
  const { root, config, places, run } = await workplace(t.testdir({ file: 'a file' }))
  const blocked = await cli(
    ['train', '--config', config, '--epochs', '1', ...places, '--repository', join(root, 'file')],
    { directory: root }
  )
  t.equal(blocked.code, 1)
  t.match(
    blocked.stderr,
    /expected to write \S+file\/squares but found a file where a folder should be \(ENOTDIR\).*PVAE_OUTPUT_UNWRITABLE/
  )
  t.notMatch(blocked.stderr, 'engine:')
  t.strictSame((await readdir(root)).sort(), ['config.json', 'data', 'file'], 'no run was begun, nothing was left')
  const trained = await cli(
    ['train', '--config', config, '--epochs', '1', ...places, '--no-export', '--repository', join(root, 'file')],
    { directory: root }
  )
  t.equal(trained.code, 0, 'what is not published needs no repository')
  const again = await cli(['export', '--run', 'squares', ...places, '--repository', join(root, 'file')], {
    directory: root,
  })
  t.match(again.stderr, 'PVAE_OUTPUT_UNWRITABLE')
  t.equal((await cli(['export', '--run', 'squares', ...places], { directory: root })).code, 0)
  await rm(join(run, 'report'), { recursive: true })
  await writeFile(join(run, 'report'), 'in the way')
  const report = await cli(['train', '--resume', '--run', 'squares', ...places], { directory: root })
  t.match(report.stderr, /expected to write \S+report but found a file where a folder should be/)
})

t.test('steps in place of epochs; the report and the card say what was trained', async t => {
  const { root, config, places } = await workplace(t.testdir())
  const both = await cli(['train', '--config', config, '--steps', '8', '--epochs', '2', ...places], { directory: root })
  t.match(both.stderr, /expected one of them for --epochs and --steps but received both/)
  const { code, stdout, stderr } = await cli(['train', '--config', config, '--steps', '8', ...places], {
    directory: root,
  })
  t.equal(code, 0, stderr)
  t.match(stderr, /epoch 2\/2 ended after 33%/)
  t.match(stdout, /\nworrying {2}only 32 images were measured/)
  t.match(stdout, /PVAE_WATCH=5, or after: kill -HUP/)
  const { card, directory } = await openRepository(join(root, 'repository')).open('squares')
  t.match(card.training, { epochs: 1.333, steps: 8, commit: String, config: { fit: { steps: 8 } } })
  const page = await readFile(join(directory, 'report', 'index.html'), 'utf8')
  t.match(page, '<tr><th>epochs</th><td>1.333</td></tr>')
  t.match(page, '<tr><th>version</th><td>1</td></tr>')
  t.match(page, /<tr><th>commit<\/th><td>(unknown|[0-9a-f]{40}( with changes)?)<\/td><\/tr>/)
  t.match(
    await readFile(join(root, 'runs', 'squares', 'report', 'index.html'), 'utf8'),
    '<tr><th>version</th><td>1</td></tr>'
  )
})

t.test('a test split of one image: what it does not say is left out with the reason, and the model is ' +
  'published', async t => {
  const { root, data, config, places, run } = await workplace(t.testdir())
  const images = await readFile(join(data, 't10k-images-idx3-ubyte'))
  images.writeUInt32BE(1, 4)
  await writeFile(join(data, 't10k-images-idx3-ubyte'), images.subarray(0, 16 + 256))
  const { code, stdout, stderr } = await cli(['train', '--config', config, '--steps', '2', ...places], {
    directory: root,
  })
  t.equal(code, 0, stderr)
  t.match(stdout, /not measured: totalCorrelation: expected more images than units, at least 5, but found 1\n/)
  t.match(stdout, /model {3}repository\/squares\/1\n/)
  const metrics = JSON.parse(await readFile(join(run, 'report', 'metrics.json'), 'utf8'))
  t.match(metrics, { swapEffect: null, totalCorrelation: null, notMeasured: { swapEffect: /at least 2 images/ } })
  t.match(
    await readFile(join(run, 'report', 'index.html'), 'utf8'),
    /<h3>Not measured<\/h3>[^]*<td>totalCorrelation<\/td>/
  )
})
