import { execFileSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { publishLinearModel } from '../../../helpers/linear-model.js'
import { cli } from '../cli-fixture.js'

async function repositoryOf (root: string, versions: number): Promise<string> {
  for (let version = 1; version <= versions; version++) await publishLinearModel(root, { name: 'linear' })
  return root
}

const versionsIn = async (root: string) => (await openRepository(root).list()).flatMap(({ versions }) => versions)

t.test('a version is removed, and what is served next is said', async t => {
  const root = await repositoryOf(t.testdir(), 3)
  const { code, stdout, stderr } = await cli(['unpublish', 'linear@3', '--repository', root], { directory: root })
  t.equal(code, 0, stderr)
  t.match(
    stdout,
    /^removed {2}linear\/3\nnext {5}linear@2 is the highest version of linear; a service that runs keeps linear@3 until it looks again: on SIGHUP/
  )
  t.notMatch(stdout, /git/)
  t.strictSame(await versionsIn(root), [1, 2])
  t.match(await cli(['unpublish', 'linear:1', '--repository', root], { directory: root }), {
    code: 0,
    stdout: /linear@2 is the highest/,
  })
  t.strictSame(await versionsIn(root), [2])
})

t.test('the only version goes with --force alone', async t => {
  const root = await repositoryOf(t.testdir(), 1)
  for (const reference of ['linear', 'linear@1']) {
    t.match(await cli(['unpublish', reference, '--repository', root]), {
      code: 1,
      stderr: /expected one of several, or --force for the version to remove but received the only version of linear/,
    })
  }
  t.strictSame(await versionsIn(root), [1])
  t.match(await cli(['unpublish', 'linear', '--force', '--repository', root]), {
    code: 0,
    stdout: /no version of linear is left/,
  })
  t.strictSame(await versionsIn(root), [])
})

t.test('what is not one version of a model is refused, and nothing is removed', async t => {
  const root = await repositoryOf(t.testdir(), 2)
  for (const [argv, message] of [
    [['linear'], /expected linear@VERSION, of 1, 2, for the version to remove but received "linear"/],
    [['linear', '--force'], /expected linear@VERSION/],
    [['linear@3'], /expected one of 1, 2 for version but found 3/],
    [['linear@0'], /expected NAME or NAME@VERSION for the version to remove but received "linear@0"/],
    [['other'], /expected one of linear for model but found "other"/],
    [['other', '--force'], /PVAE_MODEL_NOT_FOUND/],
    [['../linear@1'], /PVAE_MODEL_NOT_FOUND/],
    [[], /missing required argument 'name@version'/],
  ] as const) {
    t.match(await cli(['unpublish', ...argv, '--repository', root]), { code: 1, stderr: message }, argv.join(' '))
  }
  t.strictSame(await versionsIn(root), [1, 2])
})

t.test('what git knows can be had back', async t => {
  const project = t.testdir({ 'package.json': '{"name": "partition-vae"}', models: { repository: {} } })
  const root = await repositoryOf(join(project, 'models', 'repository'), 2)
  const git = (...argv: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...argv], { cwd: project, encoding: 'utf8' })
  git('init', '-q')
  git('add', 'models/repository/linear/1')
  git('commit', '-qm', 'one')
  const { stdout } = await cli(['unpublish', 'linear@1'], { directory: project })
  t.match(stdout, /undo {5}it comes with the project: git restore models\/repository\/linear\/1\n/)
  t.strictSame(await versionsIn(root), [2])
  git('restore', 'models/repository/linear/1')
  t.strictSame(await versionsIn(root), [1, 2])
  await openRepository(root).open('linear', 1)
  t.notMatch(
    (await cli(['unpublish', 'linear@2'], { directory: project })).stdout,
    /git/,
    'this one was never committed'
  )
  t.strictSame(await readdir(join(root, 'linear')), ['.removed-1', '.removed-2', '1'])
})
