/** Brings things to as many as were asked for. */
import { describeMover, type Mover } from './groups.js'
import { haveSameShape, unlikeness } from './likeness.js'

/** Things of one shape may be one where they are seen at once in no more than this share of the rarer one's frames. */
const MOST_TOGETHER = 0.1

/**
 * Merges the things that are most alike and hardly ever seen at once, which are one thing that looks otherwise at
 * times, until there are so many; where there are no such, the seldomest of those of one shape is left out, and the
 * thing of least energy where none has the shape of another.
 * @param movers those of most energy first
 * @returns those of most energy first
 */
export function fewerMovers (movers: readonly Mover[], count: number): Mover[] {
  const found = [...movers]
  while (found.length > count) {
    let [pair, least]: [readonly [Mover, Mover] | undefined, number] = [undefined, Infinity]
    found.forEach((a, i) => found.slice(i + 1).forEach(b => {
      const [p, q] = [mainOf(a), mainOf(b)]
      const both = a.boxes.filter((box, n) => box !== undefined && b.boxes[n] !== undefined).length
      if (!haveSameShape(p, q) || both > MOST_TOGETHER * Math.min(a.seen, b.seen)) return
      const cost = unlikeness(p, q)
      if (cost < least) [pair, least] = [[a, b], cost]
    }))
    if (pair === undefined) {
      found.splice(found.indexOf(leastOf(found)), 1)
      continue
    }
    const [a, b] = pair as readonly [Mover, Mover]
    const parts = [...a.parts, ...b.parts]
    found.splice(found.indexOf(b), 1)
    found[found.indexOf(a)] = describeMover(parts, parts.map(() => 0))
  }
  return found.sort((a, b) => b.energy - a.energy)
}

/**
 * Chooses the thing that is left out first. Several of one shape are more likely one too many than a thing like which
 * there is no other, however small that is.
 */
function leastOf (movers: readonly Mover[]): Mover {
  const alike = movers.filter(a => movers.some(b => a !== b && haveSameShape(mainOf(a), mainOf(b))))
  return alike.length > 0
    ? alike.reduce((a, b) => b.seen < a.seen ? b : a)
    : movers.reduce((a, b) => b.energy < a.energy ? b : a)
}

/** The part that is seen most. */
function mainOf ({ parts }: Mover) {
  return parts.reduce((a, b) => b.seen > a.seen ? b : a)
}
