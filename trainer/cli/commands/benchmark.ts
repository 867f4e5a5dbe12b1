import { Option, type Command } from 'commander'
import { BASELINE_NAMES } from '../../config/presets.js'
import type { CliContext } from '../context.js'
import { quote } from '../terminal/shell-commands.js'
import { parseCount } from './runtime-flags.js'

export interface BenchmarkFlags {
  readonly data?: string
  readonly models?: readonly string[]
  readonly config?: readonly string[]
  readonly seeds: number
  readonly seed?: string
  readonly steps?: string
  readonly set?: readonly string[]
  readonly jobs: number
  readonly threads?: number
  readonly benchmark?: string
  readonly output?: string
  /** One of the processes of `--jobs`. */
  readonly worker?: true
}

const collect = (value: string, before: readonly string[] = []) => [...before, value]
const collectNames = (value: string, before: readonly string[] = []) =>
  [...before, ...value.split(',').map(name => name.trim()).filter(name => name !== '')]

export function addBenchmarkCommand (program: Command, context: CliContext, argv: readonly string[]): void {
  program.command('benchmark')
    .description(
      'Compare models on one data set: train each from several seeds, measure all alike, and write one table beside ' +
        'published numbers'
    )
    .argument('<data>', 'the preset whose images all are trained on, e.g. tetrominoes')
    .optionsGroup('What to compare:')
    .option('--data <path>', 'where the images are, in place of those that the preset draws or comes with')
    .option(
      '--models <names>',
      `presets, and baselines of the literature (${BASELINE_NAMES.join(', ')}), separated by commas (default: the ` +
        'preset of the images and all baselines)',
      collectNames
    )
    .option('--config <file>', 'a config of your own (JSON), on these images; repeatable', collect)
    .option('--seeds <count>', 'seeds of each model: all count, none is chosen', parseCount, 5)
    .option('--seed <integer>', 'the first seed (default: 0)')
    .option('--steps <count>', 'steps of every model (default: as each config says; baselines take 30,000)')
    .option(
      '--set <path=value>',
      'set any field of every config, e.g. data.count=20000; the value is JSON or text; repeatable',
      collect
    )
    .optionsGroup('How:')
    .option('--jobs <count>', 'runs side by side, each in a process of its own; threads are divided', parseCount, 1)
    .option('--threads <count>', 'threads of all runs together (default: all cores)', parseCount)
    .optionsGroup('Where things are:')
    .option('--benchmark <name>', "name of the benchmark's folder (default: the preset's)")
    .option('--output <dir>', 'folder of all benchmarks (default: benchmarks in the project)')
    .addOption(new Option('--worker').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  $ npm run pvae -- benchmark tetrominoes
  $ npm run pvae -- benchmark mnist --models mnist,digits,beta-vae --seeds 3 --steps 2000
  $ npm run pvae -- benchmark multi-dsprites --models multi-dsprites --config my-config.json --jobs 2

The same command goes on with a benchmark, after Ctrl-C, kill -9 or with more models and seeds: what is trained is not \
trained again.
benchmark.json, benchmark.md and index.html in its folder have what there is, also of earlier commands.`
    )
    .action(async (data: string, flags: BenchmarkFlags) => {
      const { benchmark } = await import('../actions/benchmark.js')
      const given = argv.toSpliced(argv.indexOf('benchmark'), 1).map(quote).join(' ')
      await benchmark(data, flags, context, { command: `npm run pvae -- benchmark ${given}`, argv })
    })
}
