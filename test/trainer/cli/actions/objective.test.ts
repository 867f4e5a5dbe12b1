import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { cli, squaresConfig, writeSquares } from '../cli-fixture.js'

t.test('pairs and labels of a data set that has them; others are refused before a run is begun', async t => {
  const root = t.testdir()
  const { objective, fit, ...rest } = squaresConfig('')
  const config = (changes: object) => ({ ...rest, objective: { ...objective, ...changes }, fit: { ...fit, epochs: 1 } })
  const scenes = { source: 'table-tennis', height: 12, width: 16, count: 64, testCount: 32 }
  const path = join(root, 'config.json')
  const train = () =>
    cli(['train', '--config', path, '--no-export', '--runs', join(root, 'runs'), '--threads', '1'], {
      directory: root,
    })
  const both = {
    pairs: {},
    labels: { count: 40, weight: { from: 1, to: 5 }, batchSize: 4 },
    totalCorrelation: { weight: 2 },
    freeBits: { nats: 0.1 },
  }
  await writeFile(path, JSON.stringify({ ...config(both), data: scenes }))
  const trained = await train()
  t.equal(trained.code, 0, trained.stderr)
  t.match(
    trained.stderr,
    /KL [\d.]+ \(p1 [\d.]+ p2 [\d.]+\) \+ free-bits [\d.]+ \+ total-correlation [\d.]+ \+ labels [\d.]+ /
  )
  const record = JSON.parse((await readFile(join(root, 'runs', 'squares', 'log.jsonl'), 'utf8')).trim())
  t.strictSame(Object.keys(record.train.terms), ['free-bits', 'total-correlation', 'labels'])
  t.match(record.scheduled, { 'objective.labels.weight': 4 })
  const data = await writeSquares(join(root, 'data'))
  for (const [changes, message] of [
    [{ pairs: {} }, /pairs of data\/train/],
    [{ labels: both.labels }, /a data set with known factors/],
  ] as const) {
    await writeFile(
      path,
      JSON.stringify({ ...config(changes), name: 'other', data: { source: 'idx', directory: data } })
    )
    const refused = await train()
    t.equal(refused.code, 1)
    t.match(refused.stderr, message)
  }
  t.strictSame(await readdir(join(root, 'runs')), ['squares'])
})
