import { Option, type Command } from 'commander'
import type { CliContext } from '../context.js'
import { addPlaceFlags, parseCount } from './runtime-flags.js'

export interface SearchFlags {
  readonly like?: string
  readonly latent?: string
  readonly partition: readonly string[]
  readonly unlike: readonly string[]
  readonly weights?: string
  readonly neighbours: number
  readonly where: readonly string[]
  readonly scale: 'data' | 'posterior'
  readonly json?: boolean
  readonly sheet?: string
  readonly threads?: number
  readonly repository?: string
}

const DEFAULT_NEIGHBOURS = 10
/** A heavier weight finds whatever is farthest, and forgets what it is to be like. */
export const UNLIKE = -0.25

export function addSearchCommand (program: Command, context: CliContext): void {
  const command = program
    .command('search')
    .description('Find encoded pictures that are like one in some partitions, and unlike it in others')
    .argument('<index>', 'a folder that pvae index has written, or a folder of latents with one in it')
    .optionsGroup('What they are to be like:')
    .option('--like <file>', 'a picture, which the index\' model encodes')
    .option(
      '--latent <json>', 'a latent: an array of all its numbers, or an object of partitions; missing ones are zeros'
    )
    .option('--partition <names>', 'like it in these partitions, separated by commas (default: all)', parseNames, [])
    .option('--unlike <names>', 'unlike it in these', parseNames, [])
    .option('--weights <weights>', 'of squared distances by partition, e.g. pose=1,style=-0.5')
    .optionsGroup('Which are found:')
    .option('-k, --neighbours <count>', 'so many', parseCount, DEFAULT_NEIGHBOURS)
    .option(
      '--where <conditions>',
      'only such, e.g. "split=test,age>=3"; file=photos/*.png takes a pattern. Several flags add up',
      collect, []
    )
    .addOption(new Option(
      '--scale <deviations>',
      'differences count in deviations of each unit: over the data, or of the posterior (encoded --with log_variance)'
    ).choices(['data', 'posterior']).default('data'))
    .optionsGroup('What comes out:')
    .option('--json', 'JSON with distances and latents by partition')
    .option('--sheet <file>', 'a PNG of the query and the neighbours, read from where they were encoded')
    .option('--threads <count>', 'threads that scan (default: all cores)', parseCount)
  addPlaceFlags(command, { runs: false })
  command
    .addHelpText('after', `
A line a neighbour: its distance (the weighted sum of squared distances), then that in each partition, and its file.
The search is exact. A partition of --partition weighs 1, one of --unlike ${UNLIKE}: a negative weight draws in what
is far, and the smaller it is against the others, the more alike the neighbours stay in those.

Examples:
  $ npx pvae search latents --like seven.png --partition pose
  $ npx pvae search latents --like seven.png --partition pose --unlike style --sheet neighbours.png
  $ npx pvae search indexes/digits --latent '{"pose": [1.5, -1, 0]}' --weights pose=1,style=0.1 --where split=test --json`)
    .action(async (index: string, flags: SearchFlags) => {
      const { search } = await import('../actions/search.js')
      await search(index, flags, context)
    })
}

function parseNames (text: string, before: readonly string[]): string[] {
  return [...before, ...text.split(',').map(name => name.trim())]
}

function collect (text: string, before: readonly string[]): string[] {
  return [...before, text]
}
