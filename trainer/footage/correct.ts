/** Corrects what was found in footage as a person asks: things that are one, and things that are none. */
import { invalid } from '../config/invalid.js'
import type { ColourCues } from './colours/find.js'
import type { MotionCues, TrackedThing } from './motion/find.js'
import { placeOf, unionOf } from './thing.js'

/** Things by their names in the analysis: p1, p2, … */
export interface Corrections {
  /** Each a list of at least two things that are one. */
  readonly merge?: ReadonlyArray<readonly string[]> | undefined
  /** Things that get no partition. */
  readonly ignore?: readonly string[] | undefined
}

/**
 * Gives the cues with things merged and left out. What is merged takes the place of the first of its things.
 * @throws TrainerError PVAE_CONFIG_INVALID for names of no thing, a thing that is named twice, nothing left, and for
 * merging things that were told apart by their colours
 */
export function correctCues (
  cues: ColourCues | MotionCues,
  { merge = [], ignore = [] }: Corrections
): ColourCues | MotionCues {
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
  const ignored = ignore.map(name => indexOf(name, '--ignore'))
  const all = [...groups.flat(), ...ignored]
  const twice = all.find((index, i) => all.indexOf(index) !== i)
  if (twice !== undefined) throw invalid('--merge and --ignore', 'each thing once', `${names[twice]} twice`)
  const isKept = (index: number) => !ignored.includes(index) && !groups.some(([, ...others]) => others.includes(index))
  if (!names.some((_, index) => isKept(index))) throw invalid('--ignore', 'a thing that is left', 'all of them')
  if (cues.by === 'colours') {
    if (groups.length > 0) {
      throw invalid('--merge', 'frames in order, whose things are told apart by how they move,', 'frames without order')
    }
    return { ...cues, things: cues.things.filter((_, index) => isKept(index)) }
  }
  const { things } = cues
  return {
    ...cues,
    things: things.flatMap((thing, index) => {
      if (!isKept(index)) return []
      const group = groups.find(([first]) => first === index)
      return [group === undefined ? thing : mergeThings(group.map(member => things[member]!))]
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
