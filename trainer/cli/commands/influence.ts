import { Option, type Command } from 'commander'
import { INFLUENCE_SCALES, type InfluenceScale } from '@partition-vae/models'
import type { CliContext } from '../context.js'
import {
  addLookFlags,
  addPlaceFlags,
  latentOption,
  modelOption,
  threadsOption,
  type LookFlags,
} from './runtime-flags.js'

export interface InfluenceFlags extends LookFlags {
  readonly model: string
  readonly out?: string
  readonly scale: InfluenceScale
  readonly latent?: string
  readonly repository?: string
  readonly threads?: number
}

export function addInfluenceCommand (program: Command, context: CliContext): void {
  const command = program
    .command('influence')
    .description(
      'Draw as a PNG, for each partition, where in the image it acts: how much each pixel changes while its units ' +
        'are moved one by one'
    )
    .addOption(modelOption().makeOptionMandatory())
    .option('--out <file>', 'the PNG (default: <name>-<version>-influence.png here)')
    .addOption(
      latentOption('around this latent, its units separated by commas (default: the mean over the training images)')
    )
    .addOption(
      new Option(
        '--scale <scale>',
        'of the colours; common: one for all maps, so that they compare; own: each up to its own largest change, so ' +
          'that faint ones show'
      )
        .choices(INFLUENCE_SCALES)
        .default('common' satisfies InfluenceScale)
    )
    .addOption(threadsOption())
  addLookFlags(command)
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
Examples:
  $ npm run pvae -- influence --model table-tennis
  $ npm run pvae -- influence --model digits --scale own --out influence.png`)
    .action(async (flags: InfluenceFlags) => {
      const { drawInfluence } = await import('../actions/influence.js')
      await drawInfluence(flags, context)
    })
}
