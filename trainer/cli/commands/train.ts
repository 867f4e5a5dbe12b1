import { Option, type Command } from 'commander'
import type { Device } from '../../engine/devices.js'
import type { EagerBackend } from '../../engine/eager-backend.js'
import type { Engine } from '../../engine/engine.js'
import { addConfigFlags, type ConfigFlags } from './config-flags.js'
import { addFootageFlags, type FootageFlags } from './footage-flags.js'
import type { CliContext } from '../context.js'
import { addPlaceFlags, parseCount, sampleOption, threadsOption, withoutOption } from './runtime-flags.js'
import { quote } from '../terminal/shell-commands.js'

// Written out here: the engine takes long to load.
const DEVICES: ReadonlyArray<Device | 'auto'> = ['auto', 'cpu', 'cuda', 'webgpu']
const BACKENDS: readonly EagerBackend[] = ['auto', 'tensorflow', 'cpu']

export interface TrainFlags extends ConfigFlags, FootageFlags {
  readonly run?: string
  readonly runs?: string
  readonly repository?: string
  readonly resume?: true
  readonly restarts?: number
  readonly export: boolean
  readonly sample?: number
  readonly engine: Engine['kind']
  readonly device?: Device | 'auto'
  readonly backend?: EagerBackend
  readonly threads?: number
  readonly evaluateEvery: number
  readonly tensorboard: boolean
  readonly profile?: number | true
  readonly without?: readonly string[]
}

export function addTrainCommand (program: Command, context: CliContext, argv: readonly string[]): void {
  const command = program.command('train')
    .description('Train a model, measure it on the test images, write a report, and publish it to the model repository')
  addConfigFlags(command)
  command
    .optionsGroup('The run:')
    .option('--run <name>', "name of the run's folder (default: the model's name)")
    .option(
      '--resume',
      'go on with a run, with its own config; other flags may change only what leaves its result as it is: name, ' +
      'description, ' +
        'checkpointEverySteps, checkpointEverySeconds, and epochs or steps where no schedule depends on them'
    )
    .option(
      '--restarts <count>',
      'try up to so many seeds, give up runs that go badly, and keep the best: no dead partition, ' +
        'then the lowest total correlation between partitions, then loss',
      parseCount
    )
    .addOption(
      new Option('--engine <kind>', 'what runs the training step').choices(['compiled', 'eager']).default('compiled')
    )
    .addOption(
      new Option(
        '--device <device>',
        'what the compiled engine computes on; auto: CUDA where it works, else the CPU (default: auto; npm run pvae ' +
          '-- devices tells which work)'
      ).choices(DEVICES)
    )
    .addOption(
      new Option(
        '--backend <backend>',
        'TensorFlow.js backend of the eager engine; auto: TensorFlow where @tensorflow/tfjs-node-gpu or ' +
          '@tensorflow/tfjs-node is installed, else cpu (default: auto)'
      ).choices(BACKENDS)
    )
    .addOption(threadsOption())
    .addOption(withoutOption())
    .option('--evaluate-every <epochs>', 'log the test loss after so many epochs, and after the last', parseCount, 1)
    .addOption(
      new Option(
        '--profile [steps]',
        'time each operation of so many steps, after the first few: writes a table and a trace for Perfetto into ' +
        'profile/ of the ' +
          "run's folder (without a number: 20)"
      ).argParser(parseCount)
    )
    .option('--no-tensorboard', "write no event files for TensorBoard into the run's folder")
    .option('--no-export', 'do not publish the model')
    .addOption(sampleOption())
  addFootageFlags(command)
  addPlaceFlags(command)
  command
    .addHelpText(
      'after',
      `
Examples:
  $ npm run train -- --preset mnist
  $ npm run train -- --preset mnist --epochs 5 --set model.subresolution.factor=1 --name fine
  $ npm run train -- --preset mnist --steps 200 --no-export
  $ npm run train -- --preset fashion --data ~/fashion-mnist
  $ npm run train -- --preset folder --data ~/frames --height 48 --width 64
  $ npm run train -- --preset footage --data ~/clip.mp4
  $ npm run train -- --preset footage --data ~/frames --merge p1,p4 --split p2 --ignore p5
  $ npm run train -- --preset mnist --restarts 4
  $ npm run train -- --resume --run mnist

Ctrl-C or SIGTERM finishes the step, saves a checkpoint and says how to go on; while images are measured it \
stops that, and training is kept. A second one
stops at once. Checkpoints are written after every epoch, every 500 steps and every minute \
(--set fit.checkpointEverySeconds=…). A resumed run ends with the same
bits as one that was never stopped, on the same machine with the same --engine, --device cpu and --threads.`
    )
    .action(async (flags: TrainFlags) => {
      const { trainByFlags } = await import('../actions/train.js')
      const given = argv.toSpliced(argv.indexOf('train'), 1).map(quote).join(' ')
      await trainByFlags(flags, context, `npm run train -- ${given}`)
    })
}
