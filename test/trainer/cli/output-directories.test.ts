import { join } from 'node:path'
import t from 'tap'
import { chosenDirectories, defaultDirectories } from '../../../trainer/cli/output-directories.js'

t.test('inside the project, its own folders, from any depth; elsewhere, folders here', async t => {
  const root = t.testdir({
    project: {
      'package.json': '{"name": "partition-vae"}',
      trainer: { 'package.json': '{"name": "@partition-vae/trainer"}', cli: {} },
    },
    elsewhere: { 'package.json': 'not JSON' },
  })
  // The test folder itself lies in the project: the nearest one counts.
  const project = join(root, 'project')
  t.strictSame(defaultDirectories(join(project, 'trainer', 'cli')), {
    runs: join(project, 'runs'),
    repository: join(project, 'models', 'repository'),
    studies: join(project, 'studies'),
    benchmarks: join(project, 'benchmarks'),
  })
  t.strictSame(defaultDirectories(project), {
    runs: join(project, 'runs'),
    repository: join(project, 'models', 'repository'),
    studies: join(project, 'studies'),
    benchmarks: join(project, 'benchmarks'),
  })
  t.strictSame(defaultDirectories('/nowhere/at/all'), {
    runs: '/nowhere/at/all/runs',
    repository: '/nowhere/at/all/models/repository',
    studies: '/nowhere/at/all/studies',
    benchmarks: '/nowhere/at/all/benchmarks',
  })
})

t.test('flags are relative to the working directory', async t => {
  t.strictSame(chosenDirectories('/nowhere', { runs: 'r' }), {
    runs: '/nowhere/r',
    repository: '/nowhere/models/repository',
    studies: '/nowhere/studies',
    benchmarks: '/nowhere/benchmarks',
  })
  t.strictSame(chosenDirectories('/nowhere', { repository: '/m', output: 's' }), {
    runs: '/nowhere/runs',
    repository: '/m',
    studies: '/nowhere/s',
    benchmarks: '/nowhere/s',
  })
})
