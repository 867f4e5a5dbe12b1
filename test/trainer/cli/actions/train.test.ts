import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { checkGolden, openRepository, PIXEL_RULE } from '@partition-vae/models'
import { examineDevice } from '../../../../trainer/engine/devices.js'
import { createInference } from '../../../../trainer/engine/inference.js'
import { planarRunner } from '../../../../trainer/export/golden.js'
import { parseEpochRecords } from '../../../../trainer/fit/record.js'
import { cli, workplace, writeSquares } from '../cli-fixture.js'

t.test('train, measure, report and publish', async t => {
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
      'checkpoints', 'config.json', 'log.jsonl', 'profile', 'report', 'tensorboard', 'versions.json',
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
