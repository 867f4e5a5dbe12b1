import { Option, type Command } from 'commander'
import { TRAVERSAL_DEFAULTS, TRAVERSAL_LIMITS, TRAVERSAL_MODES, type TraversalMode } from '@partition-vae/models'
import type { CliContext } from '../context.js'
import {
  addLookFlags,
  addPlaceFlags,
  latentOption,
  modelOption,
  parseNumber,
  threadsOption,
  type LookFlags,
} from './runtime-flags.js'

export interface TraverseFlags extends LookFlags {
  readonly model: string
  readonly out?: string
  readonly mode: TraversalMode
  readonly partition?: string
  readonly steps?: number
  readonly range?: number
  readonly from?: number
  readonly to?: number
  readonly latent?: string
  readonly seed?: number
  readonly repository?: string
  readonly threads?: number
}

export function addTraverseCommand (program: Command, context: CliContext): void {
  const { mode, steps, range, from, to } = TRAVERSAL_DEFAULTS
  const command = program
    .command('traverse')
    .description("Draw a traversal of a model's latent as a PNG: what each unit or partition does to the image")
    .addOption(modelOption().makeOptionMandatory())
    .option('--out <file>', 'the PNG (default: <name>-<version>-<mode>.png here)')
    .addOption(threadsOption())
    .optionsGroup('The traversal:')
    .addOption(
      new Option(
        '--mode <mode>',
        "unit: a row a unit; scale: a row a partition, its units multiplied (the paper's); joint: a row a partition, " +
          'along its first principal direction'
      )
        .choices(TRAVERSAL_MODES)
        .default(mode)
    )
    .option('--partition <names>', 'only these partitions, separated by commas')
    .option('--steps <count>', `columns, ${TRAVERSAL_LIMITS.steps.join(' to ')} (default: ${steps})`, parseNumber)
    .option(
      '--range <deviations>',
      `unit, joint: from −range to +range standard deviations, up to ${TRAVERSAL_LIMITS.range[1]} (default: ${range})`,
      parseNumber
    )
    .option(
      '--from <factor>',
      `scale: the first factor, ${TRAVERSAL_LIMITS.factor.join(' to ')} (default: ${from})`,
      parseNumber
    )
    .option('--to <factor>', `scale: the last factor (default: ${to})`, parseNumber)
    .optionsGroup('Around which latent (default: the mean over the training images):')
    .addOption(latentOption('this one: its units separated by commas'))
    .option('--seed <integer>', "a sample of the prior, the same as the service's for this seed", parseNumber)
  addLookFlags(command)
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
Examples:
  $ npm run pvae -- traverse --model mnist
  $ npm run pvae -- traverse --model mnist --mode scale --seed 7 --out scale.png
  $ npm run pvae -- traverse --model mnist --partition p1,p3 --steps 15 --range 3`)
    .action(async (flags: TraverseFlags) => {
      const { traverse } = await import('../actions/traverse.js')
      await traverse(flags, context)
    })
}
