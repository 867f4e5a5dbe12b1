import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { presets } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { cli } from './cli-fixture.js'

const COMMANDS = [
  'train',
  'evaluate',
  'traverse',
  'influence',
  'inspect',
  'explore',
  'export-triton',
  'export',
  'label',
  'unpublish',
  'presets',
  'data',
]

t.test('--help lists every command, and every command has options, descriptions and examples', async t => {
  const help = await cli(['--help'])
  t.equal(help.code, 0)
  t.equal(help.stderr, '')
  for (const command of COMMANDS) {
    t.match(help.stdout, new RegExp(`^  ${command} `, 'm'))
    const { code, stdout } = await cli([command, '--help'])
    t.equal(code, 0)
    t.match(stdout, new RegExp(`Usage: pvae ${command}`))
    t.match(stdout, /\nExamples:\n {2}\$ npm run /)
    const options = stdout.match(/^ {2}-.*/gm) ?? []
    t.ok(
      options.every(option => /^ {2}\S.* {2,}\S|^ {2}\S+( <\S+>)?$/.test(option)),
      `every option of ${command} is described`
    )
  }
})

t.test('--help of train names every flag of the issue', async t => {
  const { stdout } = await cli(['train', '--help'])
  for (const flag of [
    '--preset',
    '--config',
    '--set',
    '--epochs',
    '--batch-size',
    '--seed',
    '--name',
    '--data',
    '--root',
    '--genre',
    '--split',
    '--learning-rate',
    '--beta',
    '--resume',
    '--run',
    '--runs',
    '--engine',
    '--threads',
    '--repository',
    '--no-export',
    '--evaluate-every',
  ]) {
    t.ok(stdout.includes(`  ${flag} `) || stdout.includes(`  ${flag}\n`), flag)
  }
})

t.test('version', async t => {
  t.match(await cli(['--version']), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/ })
})

t.test('usage errors are one line, with the nearest command', async t => {
  t.match(await cli(['trian']), { code: 1, stderr: "pvae: unknown command 'trian' (Did you mean train?)\n" })
  t.match(await cli(['traverse']), {
    code: 1,
    stderr: "pvae: required option '--model <name[@version]>' not specified\n",
  })
  t.match(await cli(['export']), { code: 1, stderr: "pvae: required option '--run <name>' not specified\n" })
})

t.test('presets: a list, and whole configs that train accepts', async t => {
  const { stdout } = await cli(['presets'])
  const lines = stdout.trimEnd().split('\n')
  t.match(lines[0], /^mnist {2,}MNIST digits/)
  t.strictSame(lines.map(line => line.split(' ')[0]), presets.map(({ name }) => name))
  for (const { name } of presets.filter(({ needsData }) => !needsData)) {
    const config = JSON.parse((await cli(['presets', name])).stdout)
    t.strictSame(parseRunConfig(config), config)
  }
  t.match(await cli(['presets', 'none']), { code: 1, stderr: /PVAE_PRESET_NOT_FOUND/ })
})

t.test('presets --out writes a file that --config takes, whole or not at all', async t => {
  const directory = t.testdir()
  t.strictSame(await cli(['presets', 'mnist', '--out', 'mine.json'], { directory }), {
    code: 0,
    stdout: 'mine.json\n',
    stderr: '',
  })
  const text = await readFile(join(directory, 'mine.json'), 'utf8')
  t.equal(text, (await cli(['presets', 'mnist'])).stdout)
  t.equal((await cli(['inspect', '--config', join(directory, 'mine.json')], { directory })).code, 0)
  t.match(await cli(['presets', '--out', 'mine.json'], { directory }), {
    code: 1,
    stderr: /expected the name of a preset beside it for --out but received none/,
  })
  t.match(await cli(['presets', 'none', '--out', 'mine.json'], { directory }), { code: 1 })
  t.equal(await readFile(join(directory, 'mine.json'), 'utf8'), text)
})

t.test('a config file that begins with npm\'s banner is named as such', async t => {
  const directory = t.testdir({
    'banner.json': '\n> partition-vae@0.1.0 pvae\n> node trainer/bin/pvae.mjs presets mnist\n\n{}\n',
    'broken.json': '> not a banner',
  })
  const banner = join(directory, 'banner.json')
  t.match(await cli(['inspect', '--config', banner]), {
    code: 1,
    stderr: `pvae: expected a JSON file for --config but received ${banner}, which begins with npm's banner; write ` +
      `it with npx pvae presets NAME --out ${banner}, or with npm run -s in place of npm run (PVAE_CONFIG_INVALID)\n`,
  })
  t.match(await cli(['inspect', '--config', join(directory, 'broken.json')]), {
    code: 1,
    stderr: /expected a JSON file at .*broken\.json/,
  })
  t.match(await cli(['inspect', '--config', join(directory, 'none.json')]), { code: 1, stderr: /PVAE_CONFIG_INVALID/ })
})

t.test('stack traces only with --debug', async t => {
  const directory = t.testdir({ runs: { broken: { 'config.json': {} } } })
  const argv = ['evaluate', '--run', 'broken', '--runs', join(directory, 'runs')]
  const plain = await cli(argv)
  t.equal(plain.code, 1)
  t.match(plain.stderr, /^pvae: EISDIR: .*\n$/, 'an error of the system')
  const debug = await cli(['--debug', ...argv])
  t.match(debug.stderr, /^pvae: Error: EISDIR.*\n {4}at /)
})

t.test('an error that nobody foresaw is told as such', async t => {
  const failing = (thrown: unknown) => cli(['presets'], { onStdout () { throw thrown } })
  t.match(await failing(new TypeError('x is\n  not y')), {
    code: 1,
    stderr: 'pvae: unexpected TypeError: x is not y (--debug shows where)\n',
  })
  t.match(await failing('a string'), { code: 1, stderr: 'pvae: a string\n' })
})

t.test('a path that is not there is said in the same words everywhere', async t => {
  const nowhere = join(t.testdir(), 'nowhere')
  const cases: ReadonlyArray<readonly [argv: readonly string[], what: string]> = [
    [['train', '--preset', 'folder', '--data', nowhere], 'data.directory'],
    [['train', '--preset', 'fashion', '--data', nowhere], 'data.directory'],
    [['train', '--preset', 'folder', '--root', nowhere], 'data.root'],
    [['data', 'preview', '--preset', 'images', '--data', nowhere, '--height', '8', '--width', '8'], 'data.directory'],
    [['data', 'preview', '--config', nowhere], '--config'],
    [['inspect', '--preset', 'mnist', '--graph', `${nowhere}.onnx`], '--graph'],
    [['evaluate', '--model', 'mnist', '--repository', nowhere], 'the model repository'],
    [['traverse', '--model', 'mnist', '--repository', nowhere], 'the model repository'],
  ]
  for (const [argv, what] of cases) {
    const { code, stderr } = await cli(argv, { directory: t.testdirName })
    t.equal(code, 1)
    t.match(stderr, /^pvae: no such file or folder: .*nowhere(\.onnx)? \(/, argv.join(' '))
    t.ok(stderr.includes(`(${what})`), stderr)
  }
})

t.test('a name that is not known: the nearest one', async t => {
  t.match(await cli(['presets', 'digts']), { stderr: /received "digts" \(did you mean "digits"\?\)/ })
  t.match(await cli(['data', 'preview', '--preset', 'mnist', '--set', 'fit.epoch=3']), {
    stderr: /\(did you mean "epochs"\?\)/,
  })
  t.match(await cli(['inspect', '--preset', 'mnist', '--set', 'model.architecture=posd']), {
    stderr: /\(did you mean "posed"\?\)/,
  })
  t.match(
    await cli([
      'evaluate',
      '--model',
      'mnits',
      '--repository',
      new URL('../../../models/repository', import.meta.url).pathname,
    ]),
    { stderr: /\(did you mean "mnist"\?\)/ }
  )
})
