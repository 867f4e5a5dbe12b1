import type { Command } from 'commander'
import type { CliContext } from '../context.js'
import { addPlaceFlags, modelOption, parseCount, threadsOption } from './runtime-flags.js'

export interface SampleFlags {
  readonly model: string
  readonly images: number
  readonly data?: string
  readonly repository?: string
  readonly threads?: number
}

/** Images of a sample where nothing else is asked for. */
const DEFAULT_IMAGES = 2000

export function addSampleCommand (program: Command, context: CliContext): void {
  const command = program
    .command('sample')
    .description(
      'Encode test images of a published model, for people to explore, and publish it with them as a new version'
    )
    .addOption(modelOption().makeOptionMandatory())
    .option('--images <count>', 'so many at most, spread over the test images', parseCount, DEFAULT_IMAGES)
    .option('--data <path>', "the images, where they are elsewhere than in the model's config")
    .addOption(threadsOption())
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
Examples:
  $ npm run pvae -- sample --model mnist
  $ npm run pvae -- sample --model table-tennis@3 --images 500`)
    .action(async (flags: SampleFlags) => {
      const { sampleModel } = await import('../actions/sample.js')
      await sampleModel(flags, context)
    })
}
