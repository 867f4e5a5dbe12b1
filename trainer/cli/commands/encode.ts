import { InvalidArgumentError, Option, type Command } from 'commander'
import type { CliContext } from '../context.js'
import { addEncodingFlags, type EncodingFlags } from './encoding-flags.js'
import { addPlaceFlags, parseCount } from './runtime-flags.js'

export interface EncodeFlags extends EncodingFlags {
  readonly output: string
  readonly format: 'parquet' | 'npy' | 'jsonl'
  readonly with?: readonly string[]
  readonly filesFrom?: string
  readonly fit: 'fill' | 'contain' | 'cover'
  readonly invert?: boolean
  readonly shardSize?: number
  readonly shard?: { readonly n: number, readonly of: number }
  readonly queue?: string
  readonly add?: boolean
  readonly repository?: string
}

export function addEncodeCommand (program: Command, context: CliContext): void {
  const command = program
    .command('encode')
    .description(
      'Encode any number of pictures into files of latents, a column a partition; going on, and helping from another ' +
        'process or machine, is the same command'
    )
    .argument('<model>', 'a model of the repository, name[@version]')
    .argument('[inputs...]', 'pictures (PNG, JPEG, WebP), folders of them, or quoted patterns: "photos/**/*.png"')
    .requiredOption('--output <dir>', 'the folder of latents')
    .optionsGroup('What is encoded, and what is written:')
    .option('--files-from <file>', 'encode the paths in this file too, one a line; - is standard input')
    .addOption(new Option('--format <format>', 'the files of latents').choices(['parquet', 'npy', 'jsonl'])
      .default('parquet'))
    .option(
      '--with <columns>',
      'beside the posterior means: log_variance, kl (nats, by partition), mse (of the reconstruction), separated by ' +
        'commas',
      parseColumns
    )
    .addOption(new Option('--fit <fit>', 'how a picture of another shape is placed in the model\'s frame')
      .choices(['fill', 'contain', 'cover']).default('contain'))
    .option('--invert', 'light on dark for dark on light')
    .option('--add', 'encode pictures into a finished folder that it does not have yet')
    .optionsGroup('How the work is shared:')
    .option('--shard-size <pictures>', 'pictures of a shard (default: 256 to 8192, by how many there are)', parseCount)
    .option('--shard <n/of>', 'do this part of the shards only, from 0/OF: for schedulers that number tasks', parsePart)
    .option('--queue <url>', 'give the shards to `pvae worker` processes through this Redis, and wait for them')
  addEncodingFlags(command)
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
The folder has a shard's rows in shards/, whole or not at all, manifest.json with the model, and failed.jsonl with the
pictures that do not decode. Parquet has a list of floats for each partition and the column "file".

Examples:
  $ npx pvae encode digits photos --output latents
  $ npx pvae encode mnist@3 "photos/**/*.png" --output latents --with log_variance,mse --format npy
  $ npx pvae encode digits --files-from list.txt --output latents
  $ npx pvae encode digits photos --output /shared/latents --shard 3/100
  $ npx pvae encode digits photos --output /shared/latents --queue redis://queue:6379`)
    .action(async (model: string, inputs: string[], flags: EncodeFlags) => {
      const { encode } = await import('../actions/encode.js')
      await encode(model, inputs, flags, context)
    })
}

const COLUMNS = ['log_variance', 'kl', 'mse']

function parseColumns (text: string, before: readonly string[] = []): string[] {
  const names = text.split(',').map(name => name.trim())
  const other = names.find(name => !COLUMNS.includes(name))
  if (other !== undefined) throw new InvalidArgumentError(`Expected ${COLUMNS.join(', ')} but found ${other}.`)
  return [...new Set([...before, ...names])]
}

/** `3/100`: the fourth of a hundred, as schedulers number their tasks from 0. */
function parsePart (text: string): { readonly n: number, readonly of: number } {
  const [, n, of] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? []
  if (n !== undefined && of !== undefined && of >= 1 && n < of) return { n, of }
  throw new InvalidArgumentError('Expected N/OF with N from 0 to OF − 1.')
}
