import { InvalidArgumentError, type Command } from 'commander'
import { BASELINE_NAMES, presets } from '../../config/presets.js'

/** Names a config and its images. */
export interface DataFlags {
  readonly preset?: string
  readonly config?: string
  readonly set?: readonly string[]
  readonly data?: string
  readonly root?: string
  readonly genre?: string
  readonly split?: string
  readonly height?: string
  readonly width?: string
  readonly channels?: string
  readonly fps?: string
  readonly member?: readonly string[]
}

export interface ConfigFlags extends DataFlags {
  readonly baseline?: string
  readonly name?: string
  readonly description?: string
  readonly epochs?: string
  readonly steps?: string
  readonly batchSize?: string
  readonly learningRate?: string
  readonly beta?: string
  readonly seed?: string
}

export function addConfigFlags (command: Command): Command {
  return addDataFlags(command.optionsGroup('What to train:'))
    .option(
      '--baseline <name>',
      `on the images of the preset or config: ${BASELINE_NAMES.join(', ')}, at their papers' settings (Adam 1e-4, ` +
        "batch 64, 10 units), for 30,000 steps unless --steps says otherwise; the literature's take 300,000"
    )
    .option('--name <name>', 'name of the model in the repository')
    .option('--description <text>', 'what the model is, for people')
    .option('--epochs <count>', 'passes over the training images')
    .option('--steps <count>', 'steps, in place of epochs: the run and its schedules end there, be it within an epoch')
    .option('--batch-size <images>', 'images a step')
    .option('--learning-rate <rate>', 'Adam\'s step size at its peak')
    .option('--beta <weight>', 'weight of the KL in the loss')
    .option('--seed <integer>', 'determines initial weights, order of the images and noise')
}

/** The flags of commands that only look at images. */
export function addDataFlags (command: Command): Command {
  return command
    .option(
      '--preset <name>',
      `start from a preset: ${presets.map(({ name }) => name).join(', ')} (see pvae presets)`
    )
    .option('--config <file>', 'start from a config file (JSON), e.g. the config.json of a run')
    .option(
      '--data <path>',
      'folder of the images: IDX files, or a tree of PNG, JPEG and WebP with preset folder; or a clip in its place, ' +
      'or arrays (.npz, .npy, .h5), or WebDataset archives (.tar)'
    )
    .option(
      '--root <dir>',
      "folder of the data set Sports10, as it is unpacked; its frames take the place of a preset's images"
    )
    .option('--genre <names>', 'genres of Sports10, separated by commas, or all (default: Table Tennis)')
    .option(
      '--split <official|game|random>',
      'how Sports10 is split: by its CSV files (default), by whole games, or frame by frame'
    )
    .option('--height <pixels>', "height to which a folder's images are brought, or at which scenes are drawn")
    .option('--width <pixels>', "width to which a folder's images are brought, or at which scenes are drawn")
    .option('--channels <1|3>', "grey or RGB, for a folder's images")
    .option(
      '--fps <rate>',
      "frames a second of a clip (default: at most 4000 frames in all, at most the clip's own)",
      checkRate
    )
    .option(
      '--member <what=name>',
      'which array holds the images, labels, factors or masks, e.g. images=x; repeatable',
      (value: string, before: readonly string[] = []) => [...before, value]
    )
    .option(
      '--set <path=value>',
      'set any field of the config, e.g. model.subresolution.factor=4; the value is JSON or text; repeatable',
      (value: string, before: readonly string[] = []) => [...before, value]
    )
}

/** Refuses a rate that is none; it stays text, as the config reads it. */
function checkRate (text: string): string {
  if (Number(text) > 0 && Number.isFinite(Number(text))) return text
  throw new InvalidArgumentError('Expected a number above 0.')
}
