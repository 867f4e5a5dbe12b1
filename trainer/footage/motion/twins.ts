/** Identities that are one thing, which came back elsewhere or looks otherwise at times. */
import { add, isWhole, type Growing } from './identity.js'
import { unlikeness } from './likeness.js'
import { findEvents } from './tracklets.js'

/** Identities this much alike that are never seen together are one. */
const TWINS = 0.5
/** So are those of which one ends so many times, and in such a share of its tracklets, where the other begins. */
const [HANDOVERS, HANDED_SHARE] = [2, 0.3]

/** Identities that look alike and are never seen together are one thing that came back elsewhere. */
export function joinTwins (identities: readonly Growing[]): Growing[] {
  const handovers = countHandovers(identities)
  const pairs = identities.flatMap((a, i) => identities.slice(i + 1).map(b => {
    const isHanded = (handovers.get(a)?.get(b) ?? 0) >=
      Math.max(HANDOVERS, HANDED_SHARE * Math.min(a.tracklets.length, b.tracklets.length))
    return { a, b, cost: isHanded ? Math.min(TWINS, unlikeness(a, b)) : unlikeness(a, b) }
  }))
    .filter(({ cost }) => cost <= TWINS)
    .sort((x, y) => x.cost - y.cost)
  const gone = new Set<Growing>()
  for (const { a, b } of pairs) {
    if (gone.has(a) || gone.has(b)) continue
    const least = Math.min(a.seen, b.seen)
    let [both, whole] = [0, 0]
    a.at.forEach((region, n) => {
      if (region === undefined || b.at[n] === undefined) return
      both++
      if (isWhole(a, n) && isWhole(b, n)) whole++
    })
    if (whole > 0.03 * least || both > 0.3 * least) continue
    for (const tracklet of b.tracklets) add(a, tracklet)
    gone.add(b)
  }
  return identities.filter(identity => !gone.has(identity))
}

/** Counts how often one of two identities ends where the other, and nothing else, begins. */
function countHandovers (identities: readonly Growing[]): Map<Growing, Map<Growing, number>> {
  const counts = new Map<Growing, Map<Growing, number>>()
  const owners = new Map(identities.flatMap(identity => identity.tracklets.map(tracklet => [tracklet, identity])))
  const tracklets = [...owners.keys()]
  const { successors, predecessors } = findEvents(tracklets, new Set())
  tracklets.forEach((tracklet, i) => {
    const [next] = successors[i]!
    if (next === undefined || successors[i]!.length > 1 || predecessors[next]!.length > 1) return
    const [a, b] = [owners.get(tracklet)!, owners.get(tracklets[next]!)!]
    for (const [from, to] of [[a, b], [b, a]] as const) {
      const of = counts.get(from) ?? new Map<Growing, number>()
      counts.set(from, of.set(to, (of.get(to) ?? 0) + 1))
    }
  })
  return counts
}
