/** Says which things look alike, and what they are told apart by. */
import type { FootageAnalysis } from './analyse.js'
import { quantile } from './quantiles.js'
import type { Box, Thing } from './thing.js'

/** Things look alike whose colours differ by less (root mean square over channels), and sides by a smaller factor. */
const SAME_COLOUR = 0.08
const SAME_SIDE = 1.35
/** Shares of the frames in which a thing may leave the rows, or columns, that it keeps to. */
const AWAY = 0.05

/** Things that nothing but their places or tracks tells apart. */
interface Alike {
  /** Indices of the things, ascending: at least two. */
  readonly things: readonly number[]
  /** Rows or columns where each keeps to its own; tracks where they roam. */
  readonly by: 'rows' | 'columns' | 'tracks'
}

/** Makes a sentence for each family of things that look alike. */
export function describeAlike (analysis: FootageAnalysis): string[] {
  return findAlike(analysis).map(({ things, by }) => {
    const names = listed(things.map(i => `p${i + 1}`))
    if (analysis.cues.by === 'colours') return `${names} look alike: told apart by where they are`
    return by === 'tracks'
      ? `doubt: ${names} look alike: told apart by their tracks alone, and may be mixed up after they meet`
      : `${names} look alike: told apart by the ${by} that each keeps to`
  })
}

function findAlike ({ cues, things }: FootageAnalysis): Alike[] {
  const families: number[][] = []
  things.forEach((thing, i) => {
    const kin = families.filter(family => family.some(j => lookAlike(thing, things[j]!)))
    for (const family of kin) families.splice(families.indexOf(family), 1)
    families.push([...kin.flat(), i].sort((a, b) => a - b))
  })
  return families.filter(({ length }) => length > 1).map(family => {
    if (cues.by === 'colours') return { things: family, by: 'tracks' }
    const boxes = family.map(i => cues.things[i]!.boxes.filter(box => box !== undefined))
    const by = keepApart(boxes.map(inFrames => inFrames.map(rowOf)))
      ? 'rows'
      : keepApart(boxes.map(inFrames => inFrames.map(columnOf))) ? 'columns' : 'tracks'
    return { things: family, by }
  })
}

const rowOf = ({ top, bottom }: Box) => (top + bottom) / 2
const columnOf = ({ left, right }: Box) => (left + right) / 2

function lookAlike (a: Thing, b: Thing): boolean {
  const distance = Math.sqrt(a.colour.reduce((sum, value, c) => sum + (value - b.colour[c]!) ** 2, 0) / a.colour.length)
  return distance < SAME_COLOUR &&
    a.extent.every((side, axis) => Math.abs(Math.log(side / b.extent[axis]!)) < Math.log(SAME_SIDE))
}

/** Tells whether places of different things hardly ever overlap. */
function keepApart (places: ReadonlyArray<readonly number[]>): boolean {
  const ranges = places
    .map(values => [quantile(values, AWAY), quantile(values, 1 - AWAY)] as const)
    .sort(([a], [b]) => a - b)
  return ranges.slice(1).every(([low], i) => low > ranges[i]![1])
}

function listed (names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
