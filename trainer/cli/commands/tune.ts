import { InvalidArgumentError, Option, type Command } from 'commander'
import type { CliContext } from '../context.js'
import { quote } from '../terminal/shell-commands.js'
import { addConfigFlags, type ConfigFlags } from './config-flags.js'
import { parseCount } from './runtime-flags.js'

export interface TuneFlags extends ConfigFlags {
  readonly space: string
  readonly objective: readonly string[]
  readonly trials: number
  readonly hours?: number
  readonly seeds: number
  readonly sampler: 'tpe' | 'random'
  readonly pruner?: 'asha' | 'none'
  readonly jobs: number
  readonly queue?: string
  readonly threads?: number
  readonly study?: string
  readonly output?: string
  /** One of the processes of `--jobs`. */
  readonly worker?: true
}

export function addTuneCommand (program: Command, context: CliContext, argv: readonly string[]): void {
  const command = program.command('tune')
    .description('Search for the best settings: train a config many times with other values of chosen fields')
  addConfigFlags(command)
  command
    .optionsGroup('What to search:')
    .requiredOption(
      '--space <file>',
      'the search space (JSON): parameters by path in the config, each {"type": "float" or "int", "low", "high", ' +
        '"log"?, "step"?} or {"type": "choice", "choices": […]}, and "when": {"path": value} where it depends on ' +
        'another'
    )
    .requiredOption(
      '--objective <metric[:minimize|maximize]>',
      'a number of metrics.json by dotted path, e.g. mse or totalCorrelation.means, or udr, the agreement of ' +
        'several --seeds; repeatable: several make a Pareto front (default: minimize; udr: maximize)',
      (value: string, before: readonly string[] = []) => [...before, value]
    )
    .option('--seeds <count>', 'train each trial from so many seeds; the medians count', parseCount, 1)
    .optionsGroup('How to search:')
    .addOption(
      new Option(
        '--sampler <name>', 'tpe: by what was good so far (tree-structured Parzen estimator); random: without looking'
      ).choices(['tpe', 'random']).default('tpe')
    )
    .addOption(
      new Option(
        '--pruner <name>',
        'asha: stop trials after 1, 3, 9, … epochs that are not among the best third of all that came so far ' +
          '(default: asha where each epoch measures the one objective, else none)'
      ).choices(['asha', 'none'])
    )
    .option('--trials <count>', 'trials in all, with those of earlier commands and other processes', parseCount, 50)
    .option('--hours <count>', 'begin no trial after so many hours of this command', parseHours)
    .option('--jobs <count>', 'trials side by side, each in a process of its own; threads are divided', parseCount, 1)
    .option('--threads <count>', 'threads of all trials together (default: all cores)', parseCount)
    .addOption(
      new Option('--queue <url>', 'have `pvae worker` processes run the trials through this Redis, and wait for them')
        .conflicts(['jobs', 'threads'])
    )
    .optionsGroup('Where things are:')
    .option('--study <name>', "name of the study's folder (default: the model's name)")
    .option('--output <dir>', 'folder of all studies (default: studies in the project)')
    .addOption(new Option('--worker').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  $ npm run pvae -- tune --preset mnist --epochs 3 --space docs/examples/space.json --objective mse --trials 20
  $ npm run pvae -- tune --preset mnist --epochs 3 --space docs/examples/space.json --objective mse \
--objective totalCorrelation.means --seeds 3 --hours 8 --jobs 2
  $ npx pvae tune --preset mnist --space docs/examples/space.json --objective mse --output /shared/studies \
--queue redis://queue:6379

The same command goes on with a study, also while others run it: processes and machines that share the folder share its
trials, and a trial whose process was lost is taken again from its last checkpoint. The study is a journal that Optuna \
reads:
optuna-dashboard studies/mnist/journal.log shows it. Ctrl-C leaves all whole.`
    )
    .action(async (flags: TuneFlags) => {
      const { tune } = await import('../actions/tune.js')
      const given = argv.toSpliced(argv.indexOf('tune'), 1).map(quote).join(' ')
      await tune(flags, context, { command: `npm run pvae -- tune ${given}`, argv })
    })
}

function parseHours (text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Expected a number above 0.')
}
