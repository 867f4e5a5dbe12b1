import type { Command } from 'commander'
import type { CliContext } from '../context.js'
import { addPlaceFlags, modelOption, parseCount } from './runtime-flags.js'

export interface ExportTritonFlags {
  readonly model: string
  readonly output: string
  readonly gpu?: boolean
  readonly instances: number
  readonly maxBatch: number
  readonly force?: boolean
  readonly repository?: string
}

export function addExportTritonCommand (program: Command, context: CliContext): void {
  const command = program
    .command('export-triton')
    .description(
      'Write a published model into the model repository of a Triton Inference Server, of which KServe\'s Triton ' +
        'runtime reads the same layout'
    )
    .addOption(modelOption().makeOptionMandatory())
    .requiredOption('--output <dir>', 'the repository\'s folder; other models in it stay')
    .option('--gpu', 'run on GPUs (default: on the CPU)')
    .option('--instances <count>', 'instances of each graph that run side by side, on each GPU', parseCount, 1)
    .option('--max-batch <rows>', 'images or latents in one batch at most', parseCount, 64)
    .option('--force', 'replace models of the same names')
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
NAME_encoder takes decoded images, pixels UINT8 [H, W, C] of the model's size, and gives mean and log_variance;
NAME_decoder takes latent and gives image FP32 [C, H, W] and pixels UINT8 [H, W, C]; NAME_layers is there for models in
layers. The batch dimension comes in front. Triton decodes no files: resize as the card's pixel rule says.

Examples:
  $ npm run pvae -- export-triton --model table-tennis --output triton
  $ npm run pvae -- export-triton --model digits@4 --output triton --gpu --instances 2 --force`)
    .action(async (flags: ExportTritonFlags) => {
      const { exportToTriton } = await import('../actions/export-triton.js')
      await exportToTriton(flags, context)
    })
}
