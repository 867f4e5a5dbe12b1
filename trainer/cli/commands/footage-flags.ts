import type { Command } from 'commander'
import { parseCount } from './runtime-flags.js'

/** What a person asks of the analysis of footage. */
export interface FootageFlags {
  readonly objects?: number
  /** Names with commas, once for each thing that is to be one. */
  readonly merge?: readonly string[]
  /** Names of things that are several, each with the number of its parts or without. */
  readonly splitThings?: readonly string[]
  readonly ignore?: readonly string[]
}

/** A thing, or things, as `--split` names them; anything else is how Sports10 is split. */
const THINGS = /^\s*p\d+(=[^,]*)?\s*(,|$)/

const HEADING = 'Moving things, with preset footage or folder:'

/** Adds the flags that correct which moving things are looked for. */
export function addFootageFlags (command: Command): Command {
  const corrected = command
    .optionsGroup(HEADING)
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
  return shareSplit(corrected)
}

/** Lets `--split`, which the data set Sports10 has, name things too: their names are none of its ways to split. */
function shareSplit (command: Command): Command {
  const option = command.options.find(({ long }) => long === '--split')!
  option.description = 'things of the analysis that are two, as in p2, or several, as in p2=3; can be repeated; or ' +
    option.description
  option.helpGroup(HEADING)
  option.argParser((text: string, before: readonly string[] = []) => [...before, text])
  return command.hook('preAction', () => {
    const given = command.getOptionValue('split') as readonly string[] | undefined
    if (!Array.isArray(given)) return
    const things = given.filter(text => THINGS.test(text))
    command.setOptionValue('split', given.filter(text => !THINGS.test(text)).at(-1))
    if (things.length > 0) command.setOptionValue('splitThings', things.flatMap(namesOf))
  })
}

/** The corrections that flags ask for; undefined where they ask for none. */
export function correctionsOf ({ merge, splitThings, ignore }: FootageFlags) {
  if (merge === undefined && splitThings === undefined && ignore === undefined) return undefined
  return { merge: merge?.map(namesOf), split: splitThings?.map(partsOf), ignore }
}

/** A name with the number of its parts: two where none is given. */
function partsOf (text: string): { readonly name: string, readonly parts: number } {
  const [name, parts = '2'] = text.split('=')
  return { name: name!.trim(), parts: Number(parts) }
}

function namesOf (text: string): string[] {
  return text.split(',').map(name => name.trim()).filter(name => name !== '')
}
