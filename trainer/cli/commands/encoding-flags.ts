import { Option, type Command } from 'commander'
import { parseCount } from './runtime-flags.js'

/** How a machine encodes pictures, whoever asked for it. */
export interface EncodingFlags {
  readonly threads?: number
  readonly provider: 'auto' | 'cpu' | 'cuda'
  readonly maxPixels: number
  readonly lease: number
  readonly root?: string
}

/** As the service's default. */
const MAX_PIXELS = 40_000_000
const LEASE_SECONDS = 60

export function addEncodingFlags (
  command: Command, threads = 'pictures are decoded and encoded on so many cores'
): Command {
  return command
    .option('--threads <count>', `${threads} (default: all)`, parseCount)
    .addOption(new Option('--provider <provider>', 'where the graphs run').choices(['auto', 'cpu', 'cuda'])
      .default('auto'))
    .option('--max-pixels <count>', 'the largest picture, width × height', parseCount, MAX_PIXELS)
    .option('--lease <seconds>', 'what a process that died worked on is free for others after this', parseCount,
      LEASE_SECONDS)
    .option('--root <dir>', 'what relative inputs are relative to, where this machine has them elsewhere')
}
