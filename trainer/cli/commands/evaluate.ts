import { Option, type Command } from 'commander'
import type { CliContext } from '../context.js'
import { addPlaceFlags, parseCount, threadsOption } from './runtime-flags.js'

export interface EvaluateFlags {
  readonly run?: string
  readonly model?: string
  readonly runs?: string
  readonly repository?: string
  readonly data?: string
  readonly split: 'test' | 'train'
  readonly limit?: number
  readonly cut?: string
  readonly threads?: number
  readonly json?: true
  readonly thorough?: true
}

export function addEvaluateCommand (program: Command, context: CliContext): void {
  const command = program
    .command('evaluate')
    .description(
      'Measure a trained model: reconstruction, KL by partition and unit, active units, dead partitions, total ' +
      'correlation; ' +
        'against known factors and classes, what each partition stands for'
    )
    .optionsGroup('Which model:')
    .option('--run <name>', 'the last checkpoint of a run')
    .option('--model <name[@version]>', 'a model of the repository; its highest version where none is given')
    .optionsGroup('On what:')
    .addOption(new Option('--split <split>', 'which images').choices(['test', 'train']).default('test'))
    .option('--data <dir>', 'folder of the images, where it is not the one that the model was trained on')
    .option('--limit <images>', 'at most so many images, evenly spaced', parseCount)
    .option(
      '--thorough',
      'measure also what takes minutes: FactorVAE scores, the importance weighted bound on more images'
    )
    .option(
      '--cut <sizes>',
      'measure as if the latent were cut into partitions of these sizes, e.g. 5,5,4,3,2,1: a control'
    )
    .option('--json', 'print all numbers as JSON')
    .addOption(threadsOption())
  addPlaceFlags(command)
  command
    .addHelpText('after', `
Examples:
  $ npm run evaluate -- --model mnist
  $ npm run evaluate -- --model mnist --split train --limit 5000 --json
  $ npm run evaluate -- --run mnist`)
    .action(async (flags: EvaluateFlags) => {
      const { evaluate } = await import('../actions/evaluate.js')
      await evaluate(flags, context)
    })
}
