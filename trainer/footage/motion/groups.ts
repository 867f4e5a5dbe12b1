/** Common fate: identities that keep their relation while they move are parts of one thing. */
import { medianOf } from '../quantiles.js'
import { unionOf, type Box } from '../thing.js'
import { shareFate } from './fate.js'
import type { Identity } from './identity.js'
import { activityOfAll, meanByFrames, rangeOf, translationOf } from './movement.js'
import { findEvents, type Tracklet } from './tracklets.js'

/** A thing that moves: everything that shares its fate. */
export interface Mover {
  readonly parts: readonly Identity[]
  /** The box around its parts in each frame; undefined where it isn't seen. */
  readonly boxes: ReadonlyArray<Box | undefined>
  /** Labels of its regions in each frame. */
  readonly labels: ReadonlyArray<readonly number[]>
  /** Pixels in each frame; 0 where it isn't seen. */
  readonly areas: readonly number[]
  /** Frames in which it is seen. */
  readonly seen: number
  /** Sum of its regions' energies. */
  readonly energy: number
  /** How far it goes, in pixels. */
  readonly movement: number
  /** In which share of its frames it moves. */
  readonly activity: number
  /** In which share of its frames it consists of things that are also seen apart. */
  readonly composite: number
  /** Median of its longer side, in pixels. */
  readonly extent: number
  /** Mean of its pixels by channel, at the still image's light, 8-bit range. */
  readonly colour: readonly number[]
}

/** Parts that take part in fewer frames than this share of the largest part's do not tell how a thing moves. */
const TELLING = 0.2

/** Groups identities by their fate, and describes each group; those of most energy first. */
export function groupByFate (
  identities: readonly Identity[],
  tracklets: readonly Tracklet[],
  shots: ReadonlySet<number>
): Mover[] {
  const root = identities.map((_, i) => i)
  const rootOf = (i: number): number => {
    while (root[i] !== i) i = root[i]!
    return i
  }
  const join = (i: number, j: number) => {
    const [a, b] = [rootOf(i), rootOf(j)]
    root[Math.max(a, b)] = Math.min(a, b)
  }
  for (let i = 0; i < identities.length; i++) {
    for (let j = i + 1; j < identities.length; j++) if (shareFate(identities[i]!, identities[j]!)) join(i, j)
  }
  const composite = joinWholes(identities, tracklets, shots, rootOf, join)
  const groups = new Map<number, number[]>()
  identities.forEach((_, i) => groups.set(rootOf(i), [...groups.get(rootOf(i)) ?? [], i]))
  return [...groups.values()]
    .map(members => describeMover(members.map(i => identities[i]!), members.map(i => composite[i]!)))
    .sort((a, b) => b.energy - a.energy)
}

/**
 * An identity that ends where parts of one group begin, or the other way round, with the same area in all, is that
 * group as a whole. @returns for each identity the frames in which it is several groups at once, as a share
 */
function joinWholes (
  identities: readonly Identity[],
  tracklets: readonly Tracklet[],
  shots: ReadonlySet<number>,
  rootOf: (i: number) => number,
  join: (i: number, j: number) => void
): number[] {
  const identityOf = new Map<Tracklet, number>()
  identities.forEach(({ tracklets }, i) => tracklets.forEach(tracklet => identityOf.set(tracklet, i)))
  const { successors, predecessors } = findEvents(tracklets, shots)
  const events = identities.map(() => new Map<number, number>())
  const composite = identities.map(() => 0)
  tracklets.forEach((tracklet, t) => {
    const whole = identityOf.get(tracklet)
    if (whole === undefined) return
    for (const side of [successors[t]!, predecessors[t]!]) {
      const parts = side.map(j => tracklets[j]!)
        .filter(part => identityOf.has(part) && part.area > 0.12 * tracklet.area)
      const areas = parts.map(({ area }) => area)
      const share = areas.reduce((sum, area) => sum + area, 0) / tracklet.area
      if (parts.length < 2 || share < 0.6 || share > 1.4 || Math.max(...areas) > 0.85 * tracklet.area) continue
      const others = parts.map(part => identityOf.get(part)!).filter(i => i !== whole)
      const roots = new Set(others.map(rootOf))
      if (roots.size >= 2) composite[whole] = composite[whole]! + tracklet.frames.length / 2
      else if (new Set(others).size > 1) {
        const [root] = [...roots] as [number]
        events[whole]!.set(root, (events[whole]!.get(root) ?? 0) + 1)
      }
    }
  })
  identities.forEach(({ seen }, whole) => {
    const most = [...events[whole]!].reduce((a, b) => b[1] > a[1] ? b : a, [-1, 0] as [number, number])
    if (most[1] >= 2 && composite[whole]! < 0.3 * seen) join(whole, most[0])
  })
  return composite
}

/**
 * Describes a thing by its parts, at least one.
 * @param composite for each part the frames in which it is several things at once
 */
export function describeMover (parts: readonly Identity[], composite: readonly number[]): Mover {
  const count = parts[0]!.at.length
  const boxes: Array<Box | undefined> = []
  const labels: number[][] = []
  const areas: number[] = []
  let energy = 0
  for (let n = 0; n < count; n++) {
    const regions = [...new Set(parts.map(({ at }) => at[n]).filter(region => region !== undefined))]
    labels.push(regions.map(({ label }) => label))
    areas.push(regions.reduce((sum, { area }) => sum + area, 0))
    energy += regions.reduce((sum, { energy }) => sum + energy, 0)
    boxes.push(regions.length === 0 ? undefined : unionOf(regions))
  }
  const most = Math.max(...parts.map(({ seen }) => seen))
  const telling = parts.filter(({ seen }) => seen >= TELLING * most)
  const sides = boxes.flatMap(box => box === undefined
    ? []
    : [Math.max(box.bottom - box.top, box.right - box.left)])
  return {
    parts,
    boxes,
    labels,
    areas,
    seen: sides.length,
    energy,
    movement: Math.max(...telling.flatMap(({ tracklets }) =>
      [meanByFrames(tracklets, translationOf), rangeOf(tracklets)])),
    activity: Math.max(...telling.map(part => activityOfAll(part.tracklets))),
    composite: composite.reduce((sum, value) => sum + value, 0) / parts.reduce((sum, { seen }) => sum + seen, 0),
    extent: medianOf(sides),
    colour: meanColour(parts),
  }
}

function meanColour (parts: readonly Identity[]): number[] {
  const regions = parts.flatMap(({ at }) => at.filter(region => region !== undefined))
  const area = regions.reduce((sum, { area }) => sum + area, 0)
  return regions[0]!.colour.map((_, c) =>
    regions.reduce((sum, region) => sum + region.colour[c]! * region.area, 0) / area)
}
