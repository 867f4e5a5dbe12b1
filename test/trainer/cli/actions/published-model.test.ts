/** Everything one does with a model that was trained and published. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { cli, workplace, writeSquares } from '../cli-fixture.js'

const { root, data, config, places } = await workplace(t.testdir())
const trained = await cli(['train', '--config', config, '--epochs', '1', ...places], { directory: root })
if (trained.code !== 0) throw new Error(trained.stderr)

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
