import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { createLinearModel, draftLinearModel, publishLinearModel } from '../../../helpers/linear-model.js'
import { cli } from '../cli-fixture.js'

/** A repository with `linear` version 1, whose card may carry metrics. */
async function repositoryWith (root: string, metrics?: Record<string, unknown>): Promise<string> {
  if (metrics === undefined) {
    await publishLinearModel(root, { name: 'linear' })
  } else {
    const draft = await draftLinearModel(createLinearModel(), { name: 'linear' })
    await openRepository(root).publish({ ...draft, card: { ...draft.card, metrics } })
  }
  return root
}

const labelsOf = async (root: string, version: number) =>
  (await openRepository(root).open('linear', version)).card.partitions.map(({ label }) => label)

t.test('labels given by hand are published as a new version; the old one stays as it was', async t => {
  const root = await repositoryWith(t.testdir())
  const report = join(root, 'linear', '1', 'report', 'figures')
  await mkdir(report, { recursive: true })
  await writeFile(join(report, 'notes.txt'), 'kept')
  const { code, stdout, stderr } = await cli(['label', '--model', 'linear', 'shape=player A', '--repository', root], {
    directory: root,
  })
  t.equal(code, 0, stderr)
  t.match(stdout, /shape {2}player A\nstyle {2}\(no label\)\nmodel {3}linear\/2/)
  t.strictSame(await labelsOf(root, 1), [undefined, undefined])
  t.strictSame(await labelsOf(root, 2), ['player A', undefined])
  t.equal(
    await readFile(join(root, 'linear', '2', 'report', 'figures', 'notes.txt'), 'utf8'),
    'kept',
    'the report goes along'
  )
  const [before, after] = await Promise.all([1, 2].map(version => openRepository(root).open('linear', version)))
  t.strictSame(after!.golden, before!.golden)
  t.match(after!.card, {
    version: 2,
    description: before!.card.description,
    latentStatistics: before!.card.latentStatistics,
  })

  t.equal(
    (await cli(['label', '--model', 'linear@2', 'style=ball', 'shape=', '--repository', root], { directory: root }))
      .code,
    0
  )
  t.strictSame(await labelsOf(root, 3), [undefined, 'ball'], 'an empty label takes one away')
})

t.test('measured labels: the groups that partitions were matched to, if they hold half of it; labels by hand ' +
  'win', async t => {
  const assignment = { ball: { partition: 'shape', score: 0.9 }, table: { partition: 'style', score: 0.4 } }
  const root = await repositoryWith(t.testdir(), { test: { disentanglement: { groups: { assignment } } } })
  t.equal((await cli(['label', '--model', 'linear', '--measured', '--repository', root], { directory: root })).code, 0)
  t.strictSame(await labelsOf(root, 2), ['ball', undefined])
  t.equal(
    (
      await cli(['label', '--model', 'linear', '--measured', 'shape=shuttle', '--repository', root], {
        directory: root,
      })
    ).code,
    0
  )
  t.strictSame(await labelsOf(root, 3), ['shuttle', undefined])
})

t.test('what can not be a label is refused, and nothing is published', async t => {
  const root = await repositoryWith(t.testdir())
  const cases: Array<[string[], RegExp]> = [
    [[], /expected PARTITION=LABEL or --measured for the labels but received neither/],
    [['pose=x'], /one of the partitions shape, style for the labels but received "pose"/],
    [['shape'], /PARTITION=LABEL for the labels but received "shape"/],
    [[`shape=${'x'.repeat(65)}`], /at most 64 characters for the label of shape but received 65/],
    [['--measured'], /measured on images with known factors for linear@1/],
  ]
  for (const [argv, message] of cases) {
    const { code, stderr } = await cli(['label', '--model', 'linear', ...argv, '--repository', root], {
      directory: root,
    })
    t.equal(code, 1)
    t.match(stderr, message)
    t.equal(stderr.trim().split('\n').length, 1, 'one line')
  }
  t.strictSame(await readdir(join(root, 'linear')), ['1'])
})
