import { InvalidArgumentError, Option, type Command } from 'commander'

export function addPlaceFlags (command: Command, { runs = true, repository = true } = {}): Command {
  command.optionsGroup('Where things are:')
  if (runs) command.option('--runs <dir>', 'folder of all runs (default: runs in the project)')
  if (repository) {
    command.option('--repository <dir>', 'the model repository (default: models/repository in the project)')
  }
  return command
}

/** Say how a picture is drawn, as the service calls it. */
export interface LookFlags {
  readonly zoom?: number
  readonly labels: boolean
}

export function addLookFlags (command: Command): Command {
  return command
    .optionsGroup('The picture, which is the service\'s for the same parameters:')
    .option('--zoom <factor>', 'magnification, 1 to 8 (default: small images become at least 56 pixels)', parseCount)
    .option('--no-labels', 'only the images, without names and values beside them')
}

/** A model of the repository. */
export function modelOption (): Option {
  return new Option('--model <name[@version]>', 'a model of the repository; its highest version where none is given')
}

/** A latent in text, which is for the model to read. */
export function latentOption (description: string): Option {
  return new Option('--latent <numbers>', description)
}

export function threadsOption (): Option {
  return new Option('--threads <count>', 'threads of the computation (default: all cores)').argParser(parseCount)
}

/** For commands that publish a model. */
export function sampleOption (): Option {
  return new Option(
    '--sample <images>',
    'publish so many of the test images with the model, encoded and as thumbnails, for people to explore (default: ' +
      'none)'
  ).argParser(parseCount)
}

/** For commands that compile a training step. */
export function withoutOption (): Option {
  return new Option(
    '--without <rules>',
    'leave out rules of the compiler, separated by commas, to see what each gains ' +
      '(inspect --graph train-step says which are used where)'
  ).argParser(parseNames)
}

function parseNames (text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',').map(name => name.trim())]
}

/** An integer of at least 1. */
export function parseCount (text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('Expected an integer of at least 1.')
}

export function parseNumber (text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Expected a number.')
}
