import type { Command } from 'commander'
import { addDataFlags, type DataFlags } from './config-flags.js'
import type { CliContext } from '../context.js'
import { addPlaceFlags, parseCount, withoutOption } from './runtime-flags.js'

export interface InspectFlags extends DataFlags {
  readonly run?: string
  readonly model?: string
  readonly graph?: string
  readonly batchSize?: number
  readonly json?: true
  readonly without?: readonly string[]
  readonly runs?: string
  readonly repository?: string
}

export function addInspectCommand (program: Command, context: CliContext): void {
  const command = program.command('inspect')
    .description('Print a model\'s layers with shapes, parameters and cost, or the nodes of one of its graphs')
    .optionsGroup('Of what (one of them):')
    .option('--run <name>', 'a run')
    .option('--model <name[@version]>', 'a model of the repository; its highest version where none is given')
  addDataFlags(command)
  command
    .optionsGroup('What:')
    .option(
      '--graph <name>',
      'the nodes of a graph in place of the layers: encoder, decoder, layers or train-step; or the path of any ONNX ' +
        'file, for which nothing else is needed'
    )
    .option(
      '--batch-size <images>',
      "for the memory of training and for train-step (default: the config's)",
      parseCount
    )
    .addOption(withoutOption())
    .option('--json', 'as JSON')
  addPlaceFlags(command)
  command
    .addHelpText('after', `
Examples:
  $ npm run pvae -- inspect --preset mnist
  $ npm run pvae -- inspect --preset folder --height 64 --width 64
  $ npm run pvae -- inspect --model table-tennis --json
  $ npm run pvae -- inspect --model mnist --graph encoder
  $ npm run pvae -- inspect --preset mnist --graph train-step
  $ npm run pvae -- inspect --graph some/model.onnx`)
    .action(async (flags: InspectFlags) => {
      const { inspect } = await import('../actions/inspect.js')
      await inspect(flags, context)
    })
}
