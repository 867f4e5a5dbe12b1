import type { Command } from 'commander'
import { parseCount } from './runtime-flags.js'

/** What a person asks of the analysis of footage. */
export interface FootageFlags {
  readonly objects?: number
  /** Names with commas, once for each thing that is to be one. */
  readonly merge?: readonly string[]
  readonly ignore?: readonly string[]
}

/** Adds the flags that correct which moving things are looked for. */
export function addFootageFlags (command: Command): Command {
  return command
    .optionsGroup('Moving things, with preset footage or folder:')
    .option('--objects <count>', 'how many to look for (default: as many as stand out)', parseCount)
    .option(
      '--merge <p1,p2,…>',
      'things of the analysis that are one, as objects.png shows them; can be repeated',
      (text: string, before: readonly string[] = []) => [...before, text]
    )
    .option(
      '--ignore <p3,…>',
      'things of the analysis that get no partition',
      (text: string, before: readonly string[] = []) => [...before, ...namesOf(text)]
    )
}

/** The corrections that flags ask for; undefined where they ask for none. */
export function correctionsOf ({ merge, ignore }: FootageFlags) {
  return merge === undefined && ignore === undefined ? undefined : { merge: merge?.map(namesOf), ignore }
}

function namesOf (text: string): string[] {
  return text.split(',').map(name => name.trim()).filter(name => name !== '')
}
