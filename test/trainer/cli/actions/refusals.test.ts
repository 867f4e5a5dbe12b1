import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { cli, workplace } from '../cli-fixture.js'

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
    ['--preset', 'footage', '--fps', '0', ...places],
    /'--fps <rate>' argument '0' is invalid\. Expected a number above 0/
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
