import type { Command } from 'commander'
import type { CliContext } from '../context.js'
import { addEncodingFlags, type EncodingFlags } from './encoding-flags.js'
import { addPlaceFlags } from './runtime-flags.js'

export interface WorkerFlags extends EncodingFlags {
  readonly queue: string
  readonly drain?: boolean
  readonly repository?: string
}

export function addWorkerCommand (program: Command, context: CliContext): void {
  const command = program
    .command('worker')
    .description('Do what other commands put into a queue, on as many machines as there are: shards of pvae encode')
    .requiredOption('--queue <url>', 'redis://HOST[:PORT], the one that the other command names')
    .option('--drain', 'end when the queue is empty')
  addEncodingFlags(command)
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
The folder of latents and the pictures must be there under the same paths as for the command that asked, and the model
in this machine's repository. Ctrl-C ends after what runs; once more ends now, and other workers take it.

Examples:
  $ npx pvae worker --queue redis://queue:6379
  $ npx pvae worker --queue redis://:secret@queue:6379/2 --threads 4 --drain`)
    .action(async (flags: WorkerFlags) => {
      const { work } = await import('../actions/worker.js')
      await work(flags, context)
    })
}
