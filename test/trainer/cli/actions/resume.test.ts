import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { cli, workplace } from '../cli-fixture.js'

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
