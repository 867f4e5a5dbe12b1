import { Command, CommanderError } from 'commander'
import { packageVersions } from '../export/versions.js'
import { Interrupted, type CliContext } from './context.js'
import { addBenchmarkCommand } from './commands/benchmark.js'
import { addIndexCommand } from './commands/build-index.js'
import { addCompactCommand } from './commands/compact.js'
import { addDataCommand } from './commands/data.js'
import { addDevicesCommand } from './commands/devices.js'
import { addEncodeCommand } from './commands/encode.js'
import { addEvaluateCommand } from './commands/evaluate.js'
import { addExploreCommand } from './commands/explore.js'
import { addExportCommand } from './commands/export.js'
import { addExportTritonCommand } from './commands/export-triton.js'
import { addInfluenceCommand } from './commands/influence.js'
import { addInspectCommand } from './commands/inspect.js'
import { addLabelCommand } from './commands/label.js'
import { addPresetsCommand } from './commands/presets.js'
import { addReportCommand } from './commands/report.js'
import { addSampleCommand } from './commands/sample.js'
import { addSearchCommand } from './commands/search.js'
import { addTrainCommand } from './commands/train.js'
import { addTraverseCommand } from './commands/traverse.js'
import { addTrialCommand } from './commands/trial.js'
import { addTuneCommand } from './commands/tune.js'
import { addUnpublishCommand } from './commands/unpublish.js'
import { addWorkerCommand } from './commands/worker.js'
import { describeError, oneLine } from './terminal/describe-error.js'

/** As shells report a process that Ctrl-C ended: 128 + SIGINT. */
export const INTERRUPTED_EXIT_CODE = 130

/**
 * Runs one command line to its end.
 * @param argv the arguments, without node and script
 * @returns the exit code: 0, 130 after an interruption, otherwise 1 with one readable line on stderr
 */
export async function runCli (argv: readonly string[], context: CliContext): Promise<number> {
  const program = createProgram(argv, context)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    // Commander has printed help, version or usage error itself.
    if (error instanceof CommanderError) return error.exitCode
    if (error instanceof Interrupted || (context.signal.aborted && error === context.signal.reason)) {
      context.stderr.write(
        `${error instanceof Interrupted ? error.message : 'interrupted\ngo on with: the same command'}\n`
      )
      return INTERRUPTED_EXIT_CODE
    }
    const { debug = false } = program.opts<{ debug?: boolean }>()
    context.stderr.write(`pvae: ${describeError(error, debug)}\n`)
    return 1
  }
}

/** Declares the command line, without parsing it. */
export function createProgram (argv: readonly string[], context: CliContext): Command {
  const program = new Command('pvae')
    .description(
      'Train, measure, look into and publish PartitionVAEs: variational autoencoders whose latent partitions each ' +
        'hold one feature of an image'
    )
    .version(packageVersions()['partition-vae']!)
    .option('--debug', 'print stack traces of errors')
    .exitOverride()
    .configureOutput({
      writeOut: text => {
        context.stdout.write(text)
      },
      writeErr: text => {
        context.stderr.write(text)
      },
      outputError: (text, write) => write(`${oneLine(text.replace(/^error: /, 'pvae: ').trim())}\n`),
    })
    .addHelpText(
      'after',
      `
Examples:
  $ npm run train -- --preset mnist           # train on MNIST, publish to models/repository
  $ npm run evaluate -- --model mnist         # measure the published model
  $ npm run pvae -- traverse --model mnist    # draw what its units do
  $ npm run pvae -- train --help              # every option of a command

In the project's folder npx pvae is the same as npm run pvae --, without npm's banner.`
    )
  addTrainCommand(program, context, argv)
  addTuneCommand(program, context, argv)
  addBenchmarkCommand(program, context, argv)
  addEvaluateCommand(program, context)
  addEncodeCommand(program, context)
  addIndexCommand(program, context)
  addSearchCommand(program, context)
  addTraverseCommand(program, context)
  addInfluenceCommand(program, context)
  addInspectCommand(program, context)
  addExportCommand(program, context)
  addLabelCommand(program, context)
  addReportCommand(program, context)
  addSampleCommand(program, context)
  addCompactCommand(program, context)
  addExploreCommand(program, context)
  addExportTritonCommand(program, context)
  addUnpublishCommand(program, context)
  addWorkerCommand(program, context)
  addTrialCommand(program, context)
  addDataCommand(program, context)
  addPresetsCommand(program, context)
  addDevicesCommand(program, context)
  return program
}
