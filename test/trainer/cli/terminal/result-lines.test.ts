import t from 'tap'
import { resultLines } from '../../../../trainer/cli/terminal/result-lines.js'

function setUp () {
  const stdout: string[] = []
  const stderr: string[] = []
  const lines = resultLines({
    stdout: { write: text => stdout.push(text) },
    stderr: { write: text => stderr.push(text) },
    directory: '/nowhere',
  })
  return { stdout, stderr, lines }
}

t.test('that measuring goes on is no result', async t => {
  const { lines, stdout, stderr } = setUp()
  lines.onAssessing!({ step: 12, testImages: 32 })
  t.strictSame([stdout, stderr], [[], ['measuring step 12 on 32 test images\n']])
})

t.test('a first version, in the repository that is the default here', async t => {
  const { lines, stdout } = setUp()
  const repository = '/nowhere/models/repository'
  lines.onPublished!({ name: 'x', version: 1, directory: `${repository}/x/1`, repository })
  const [model, serve, watch, ...others] = stdout
  t.equal(model, 'model   models/repository/x/1\n')
  t.equal(serve, 'serve   npm start, then http://localhost:8080/v1/models/x/versions/1\n')
  t.match(watch, /^ {8}a service that runs .* PVAE_WATCH=5, or after: kill -HUP PID/)
  t.strictSame(others, [])
})

t.test('a further version elsewhere: how to serve it, and how to undo it', async t => {
  const { lines, stdout } = setUp()
  lines.onPublished!({ name: 'x', version: 2, directory: '/m/x/2', repository: '/m' })
  t.equal(stdout[1], 'serve   PVAE_REPOSITORY=/m npm start, then http://localhost:8080/v1/models/x/versions/2\n')
  t.equal(
    stdout.at(-1),
    'note    x without a version now means x@2; undo: npx pvae unpublish x@2; another --name keeps models apart\n'
  )
})
