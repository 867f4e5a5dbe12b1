import { Command, CommanderError } from 'commander'
import { ModelError } from '@partition-vae/models'
import { isSystemError, TrainerError } from '../foundation/errors.js'
import { packageVersions } from '../export/versions.js'
import { Interrupted, type CliContext } from './context.js'
import { addDataCommand } from './commands/data.js'
import { addDevicesCommand } from './commands/devices.js'
import { addEvaluateCommand } from './commands/evaluate.js'
import { addExportCommand } from './commands/export.js'
import { addInfluenceCommand } from './commands/influence.js'
import { addInspectCommand } from './commands/inspect.js'
import { addLabelCommand } from './commands/label.js'
import { addPresetsCommand } from './commands/presets.js'
import { addReportCommand } from './commands/report.js'
import { addTrainCommand } from './commands/train.js'
import { addTraverseCommand } from './commands/traverse.js'
import { addUnpublishCommand } from './commands/unpublish.js'

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

/** The command line, not parsed yet. */
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
  addEvaluateCommand(program, context)
  addTraverseCommand(program, context)
  addInfluenceCommand(program, context)
  addInspectCommand(program, context)
  addExportCommand(program, context)
  addLabelCommand(program, context)
  addReportCommand(program, context)
  addUnpublishCommand(program, context)
  addDataCommand(program, context)
  addPresetsCommand(program, context)
  addDevicesCommand(program, context)
  return program
}

function describeError (error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return String(error)
  if (debug) return error.stack ?? error.message
  if (
    error instanceof ModelError &&
    error.code === 'PVAE_REPOSITORY_UNREADABLE' &&
    isSystemError(error.cause) &&
    error.cause.code === 'ENOENT'
  ) {
    return `no such file or folder: ${error.cause.path} (the model repository) (${error.code})`
  }
  if (error instanceof TrainerError || error instanceof ModelError) return `${oneLine(error.message)} (${error.code})`
  if (isSystemError(error)) {
    return error.code === 'ENOENT' && error.path !== undefined
      ? `no such file or folder: ${error.path}`
      : oneLine(error.message)
  }
  return `unexpected ${error.name}: ${oneLine(error.message)} (--debug shows where)`
}

function oneLine (text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}
