import { Option, type Command } from 'commander'
import { addDataFlags, type DataFlags } from './config-flags.js'
import { addFootageFlags, type FootageFlags } from './footage-flags.js'
import type { CliContext } from '../context.js'
import { parseCount } from './runtime-flags.js'

export interface PreviewFlags extends DataFlags, FootageFlags {
  readonly things?: true
  readonly out?: string
  readonly show: 'train' | 'test'
  readonly count?: number
  /** The largest gap; true where none is given. */
  readonly pairs?: number | true
}

export function addDataCommand (program: Command, context: CliContext): void {
  const data = program.command('data')
    .description('Look at the images that a preset, a config or your folder stands for')
    .addHelpText('after', `
Examples:
  $ npm run pvae -- data preview --preset mnist
  $ npm run pvae -- data preview --help`)
  const preview = data
    .command('preview')
    .description(
      'Draw a sheet of images as a PNG, and say how many there are, of what shape, and what is known of them'
    )
    .optionsGroup('Which images:')
  addDataFlags(preview)
    .addOption(new Option('--show <split>', 'which images to draw').choices(['train', 'test']).default('train'))
    .optionsGroup('The sheet:')
    .option('--count <images>', 'how many, evenly spaced (default: six rows)', parseCount)
    .option(
      '--pairs [gap]',
      'draw pairs instead, one above the other, as training would have them: frames of a clip at most so many frames ' +
        'apart (default: 5), scenes alike in all but one or two groups of factors, or images that differ in one factor',
      parseCount
    )
    .option('--things', 'look for moving things too, as train does, and draw them beside the sheet')
    .option('--out <file>', 'the PNG (default: named after the data set, here)')
  addFootageFlags(preview)
    .addHelpText(
      'after',
      `
Examples:
  $ npm run pvae -- data preview --preset mnist
  $ npm run pvae -- data preview --preset folder --data ~/frames --things
  $ npm run pvae -- data preview --preset folder --data ~/frames --height 48 --width 64 --pairs 3
  $ npm run pvae -- data preview --preset folder --root ~/Sports10 --genre "Table Tennis" --split game --out sheet.png`
    )
    .action(async (flags: PreviewFlags) => {
      const { previewData } = await import('../actions/data-preview.js')
      await previewData(flags, context)
    })
}
