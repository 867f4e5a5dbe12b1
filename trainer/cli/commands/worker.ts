import { InvalidArgumentError, type Command } from 'commander'
import type { CliContext } from '../context.js'
import { addEncodingFlags, type EncodingFlags } from './encoding-flags.js'
import { addPlaceFlags, parseCount } from './runtime-flags.js'

/** Each has a queue of its own. */
export const WORK_KINDS = ['encode', 'tune'] as const
export type WorkKind = typeof WORK_KINDS[number]

export interface WorkerFlags extends EncodingFlags {
  readonly queue: string
  readonly kind?: WorkKind
  readonly jobs: number
  readonly drain?: boolean
  readonly repository?: string
}

export function addWorkerCommand (program: Command, context: CliContext): void {
  const command = program
    .command('worker')
    .description(
      'Do what other commands put into a queue, on as many machines as there are: shards of pvae encode, trials of ' +
        'pvae tune'
    )
    .requiredOption('--queue <url>', 'redis://HOST[:PORT], the one that the other command names')
    .option('--kind <kind>', 'encode or tune, to do only that (default: both, also at once)', parseKind)
    .option('--jobs <count>', 'trials side by side, each in a process of its own; threads are divided', parseCount, 1)
    .option('--drain', 'end when the queue is empty')
  addEncodingFlags(command, 'pictures are encoded on so many cores, and trials are trained')
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
The folder of latents and the pictures, or of the study and the images, must be there under the same paths as for the
command that asked, and the model in this machine's repository. Ctrl-C ends after the shards that run, and saves the
trials; other workers go on with them. Once more ends now.

Examples:
  $ npx pvae worker --queue redis://queue:6379
  $ npx pvae worker --queue redis://queue:6379 --kind tune --jobs 4
  $ npx pvae worker --queue redis://:secret@queue:6379/2 --threads 4 --drain`)
    .action(async (flags: WorkerFlags) => {
      const { work } = await import('../actions/worker.js')
      await work(flags, context)
    })
}

function parseKind (text: string): WorkKind {
  const kind = WORK_KINDS.find(known => known === text)
  if (kind !== undefined) return kind
  throw new InvalidArgumentError(`Expected ${WORK_KINDS.join(' or ')}.`)
}
