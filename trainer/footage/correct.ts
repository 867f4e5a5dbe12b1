/** Corrects what was found in footage as a person asks: things that are one, several or none. */
import { invalid } from '../config/invalid.js'
import type { ColourCues } from './colours/find.js'
import type { DivisibleCues, MotionCues, TrackedThing } from './motion/find.js'
import { placeOf, unionOf } from './thing.js'

/** Things by their names in the analysis: p1, p2, … */
export interface Corrections {
  /** Each a list of at least two things that are one. */
  readonly merge?: ReadonlyArray<readonly string[]> | undefined
  /** Things that are several, and how many each of them is: at least two. */
  readonly split?: ReadonlyArray<{ readonly name: string, readonly parts: number }> | undefined
  /** Things that get no partition. */
  readonly ignore?: readonly string[] | undefined
}

/**
 * Gives the cues with things merged, split and left out. What is merged takes the place of the first of its things;
 * the parts of what is split take its place, and the names of those that follow move up.
 * @throws TrainerError PVAE_CONFIG_INVALID for names of no thing, a thing that is named twice, nothing left, for
 * merging and splitting things that were told apart by their colours, and for splitting what does not fall into parts
 */
export async function correctCues (
  cues: ColourCues | DivisibleCues,
  { merge = [], split = [], ignore = [] }: Corrections
): Promise<ColourCues | MotionCues> {
  const names = cues.things.map((_, i) => `p${i + 1}`)
  const indexOf = (name: string, flag: string): number => {
    const index = names.indexOf(name)
    if (index < 0) throw invalid(flag, `names of things (${names.join(', ')})`, JSON.stringify(name))
    return index
  }
  const groups = merge.map(group => {
    if (group.length < 2) throw invalid('--merge', 'two or more things, as in p1,p2', JSON.stringify(group.join(',')))
    return group.map(name => indexOf(name, '--merge'))
  })
  const divided = split.map(({ name, parts }) => {
    if (!Number.isInteger(parts) || parts < 2) {
      throw invalid('--split', 'two or more parts, as in p1=3', JSON.stringify(`${name}=${parts}`))
    }
    return [indexOf(name, '--split'), parts] as const
  })
  const ignored = ignore.map(name => indexOf(name, '--ignore'))
  const all = [...groups.flat(), ...divided.map(([index]) => index), ...ignored]
  const twice = all.find((index, i) => all.indexOf(index) !== i)
  if (twice !== undefined) throw invalid('--merge, --split and --ignore', 'each thing once', `${names[twice]} twice`)
  const isKept = (index: number) => !ignored.includes(index) && !groups.some(([, ...others]) => others.includes(index))
  if (!names.some((_, index) => isKept(index))) throw invalid('--ignore', 'a thing that is left', 'all of them')
  if (cues.by === 'colours') {
    const flag = groups.length > 0 ? '--merge' : divided.length > 0 ? '--split' : undefined
    if (flag !== undefined) {
      throw invalid(flag, 'frames in order, whose things are told apart by how they move,', 'frames without order')
    }
    return { ...cues, things: cues.things.filter((_, index) => isKept(index)) }
  }
  const { divide, ...kept } = cues
  const { things, ...left } = divided.length === 0
    ? { things: cues.things.map(thing => [thing]) }
    : await divide(new Map(divided))
  return {
    ...kept,
    ...left,
    things: things.flatMap((parts, index) => {
      if (!isKept(index)) return []
      const group = groups.find(([first]) => first === index)
      return group === undefined ? parts : [mergeThings(group.flatMap(member => things[member]!))]
    }),
  }
}

/** One thing of several: around those that are seen, its place from frames that show all of them, if any. */
function mergeThings (parts: readonly TrackedThing[]): TrackedThing {
  const known = parts[0]!.boxes.map((_, n) =>
    parts.flatMap(({ boxes: { [n]: box } }) => box === undefined ? [] : [box]))
  const boxes = known.map(inFrame => inFrame.length === 0 ? undefined : unionOf(inFrame))
  const most = Math.max(...known.map(({ length }) => length))
  const whole = boxes.flatMap((box, n) => known[n]!.length === most ? [box!] : [])
  const energy = parts.reduce((sum, part) => sum + part.energy, 0)
  return {
    ...placeOf(whole),
    boxes,
    colour: parts[0]!.colour.map((_, c) =>
      parts.reduce((sum, part) => sum + part.colour[c]! * part.energy, 0) / energy),
    seen: boxes.filter(box => box !== undefined).length / boxes.length,
    energy,
  }
}
