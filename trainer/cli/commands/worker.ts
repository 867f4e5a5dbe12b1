import { Option, type Command } from 'commander'
import type { CliContext } from '../context.js'
import { addPlaceFlags, parseCount } from './runtime-flags.js'

export interface WorkerFlags {
  readonly queue: string
  readonly threads?: number
  readonly provider: 'auto' | 'cpu' | 'cuda'
  readonly maxPixels: number
  readonly lease: number
  readonly root?: string
  readonly drain?: boolean
  readonly repository?: string
}

const MAX_PIXELS = 40_000_000
const LEASE_SECONDS = 60

export function addWorkerCommand (program: Command, context: CliContext): void {
  const command = program
    .command('worker')
    .description('Do what other commands put into a queue, on as many machines as there are: shards of pvae encode')
    .requiredOption('--queue <url>', 'redis://HOST[:PORT], the one that the other command names')
    .option('--threads <count>', 'so many shards at once (default: all cores)', parseCount)
    .addOption(new Option('--provider <provider>', 'where the graphs run').choices(['auto', 'cpu', 'cuda'])
      .default('auto'))
    .option('--max-pixels <count>', 'the largest picture, width × height', parseCount, MAX_PIXELS)
    .option('--lease <seconds>', 'a shard of a worker that died is free for others after this', parseCount,
      LEASE_SECONDS)
    .option('--root <dir>', 'what relative inputs are relative to, where this machine has them elsewhere')
    .option('--drain', 'end when the queue is empty')
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
