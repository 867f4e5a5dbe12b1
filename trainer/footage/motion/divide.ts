/** Cuts one thing into several, as a person asks: by how its parts move, else by which of its tracks are alike. */
import { createRandom } from '../../random/index.js'
import { kMeans, squaredDistance } from '../../measure/k-means.js'
import type { Pause } from '../pause.js'
import { meanOf, robustDeviation, varianceOf } from '../quantiles.js'
import { describeMover, type Mover } from './groups.js'
import { identityOf, type Identity } from './identity.js'
import { unlikeness } from './likeness.js'
import { findEvents, type Tracklet } from './tracklets.js'

export interface DivideOptions {
  /** Parts that are asked for, at least two. */
  readonly parts: number
  /** Frames before which others were left out. */
  readonly shots: ReadonlySet<number>
}

/** Parts seen in fewer frames than these shares of the most seen one's go where others go; the second if need be. */
const TELLING = [0.2, 0.03] as const
/** Frames in which two parts are seen together, to say how their offset varies. */
const ENOUGH_TOGETHER = 8
/** A part that falls into several others, or is put together of them, this often is all of them seen as one region. */
const MOSTLY_WHOLE = 0.3
/** Tracks of two things differ by so many standard deviations of one track at least. */
const LEAST_SEPARATION = 1.5
/** Fewer frames, or a smaller share of the thing's, are no thing. */
const [FEWEST_FRAMES, LEAST_SHARE] = [8, 0.02]
/** Tracks of fewer frames do not tell which thing they are of. */
const TELLING_TRACK = 4
/** Points that stand for all frames of a thing's tracks, about: each track has as many as its share of the frames. */
const POINTS = 1000
/** Least deviations within a track: pixels, of the logarithm of areas, and of shares of intensities. */
const [PLACE_FLOOR, AREA_FLOOR, LOOKS_FLOOR] = [1, 0.1, 0.08]

/**
 * Divides a thing: parts whose offset varies most come apart first; where it has too few parts, the tracks of one that
 * differ most from each other, by place, size and looks, since two things that are never seen at once may have been
 * taken for one.
 * @returns those of most energy first; why it can't be done, as a clause about the thing, where it can't
 */
export async function divideMover (
  mover: Mover,
  { parts: wanted, shots }: DivideOptions,
  pause: Pause
): Promise<readonly Mover[] | string> {
  let reason = ''
  for (const share of TELLING) {
    const groups = await divideParts(mover.parts, wanted, share, shots, pause)
    if (typeof groups === 'string') {
      reason = groups
      continue
    }
    const movers = groups.map(group => describeMover(group, group.map(() => 0)))
    // Frames that show all as one region count for each by what it has elsewhere.
    const scale = mover.energy / movers.reduce((sum, { energy }) => sum + energy, 0)
    return movers.map(part => ({ ...part, energy: part.energy * scale })).sort((a, b) => b.energy - a.energy)
  }
  return reason
}

async function divideParts (
  parts: readonly Identity[],
  wanted: number,
  share: number,
  shots: ReadonlySet<number>,
  pause: Pause
): Promise<Identity[][] | string> {
  const separate = withoutWholes(parts, shots)
  const most = Math.max(...separate.map(({ seen }) => seen))
  let telling = separate.filter(({ seen }) => seen >= share * most)
  if (telling.length < wanted) {
    const found = await divideTracks(telling, wanted - telling.length + 1, pause)
    if (typeof found === 'string') return found
    telling = found
  }
  const groups = mergeClosest(telling, wanted)
  for (const other of separate) {
    if (other.seen >= share * most) continue
    const away = groups.map(group => Math.min(...group.map(part => looseness(other, part))))
    groups[away.indexOf(Math.min(...away))]!.push(other)
  }
  return groups
}

/** The parts, without those that are several others seen as one region. */
function withoutWholes (parts: readonly Identity[], shots: ReadonlySet<number>): readonly Identity[] {
  const owner = new Map<Tracklet, Identity>()
  for (const part of parts) for (const tracklet of part.tracklets) owner.set(tracklet, part)
  const tracklets = [...owner.keys()].sort((a, b) => a.frames[0]! - b.frames[0]!)
  const { successors, predecessors } = findEvents(tracklets, shots)
  const frames = new Map<Identity, number>()
  tracklets.forEach((tracklet, t) => {
    const one = owner.get(tracklet)!
    for (const side of [successors[t]!, predecessors[t]!]) {
      const others = side.map(i => tracklets[i]!).filter(other => other.area < 0.85 * tracklet.area)
      const owners = new Set(others.map(other => owner.get(other)!))
      const area = others.reduce((sum, other) => sum + other.area, 0) / tracklet.area
      if (owners.has(one) || owners.size < 2 || area < 0.6 || area > 1.4) continue
      frames.set(one, (frames.get(one) ?? 0) + tracklet.frames.length / 2)
    }
  })
  const separate = parts.filter(part => (frames.get(part) ?? 0) < MOSTLY_WHOLE * part.seen)
  return separate.length < 2 ? parts : separate
}

/** Merges parts by the least looseness between groups, in the mean over their parts, until so many are left. */
function mergeClosest (parts: readonly Identity[], wanted: number): Identity[][] {
  const groups = parts.map(part => [part])
  while (groups.length > wanted) {
    let [from, into, least] = [1, 0, Infinity]
    groups.forEach((a, i) => groups.slice(0, i).forEach((b, j) => {
      const between = meanOf(a.flatMap(p => b.map(q => looseness(p, q))))
      if (between < least) [from, into, least] = [i, j, between]
    }))
    groups[into]!.push(...groups.splice(from, 1)[0]!)
  }
  return groups
}

/**
 * Measures how much the offset of two parts varies, in pixels. Of parts that are hardly seen together it takes the
 * place: how unlike they are, in halves of the larger one's extent.
 */
function looseness (a: Identity, b: Identity): number {
  const offsets = a.at.flatMap((region, n) => {
    const other = b.at[n]
    return region === undefined || other === undefined || region === other
      ? []
      : [[region.row - other.row, region.column - other.column] as const]
  })
  if (offsets.length < ENOUGH_TOGETHER) return unlikeness(a, b) * Math.max(a.extent, b.extent) / 2
  return Math.hypot(...([0, 1] as const).map(axis => robustDeviation(offsets.map(offset => offset[axis]))))
}

/** Divides the one part whose tracks fall apart best. @returns all parts then; why none does */
async function divideTracks (
  parts: readonly Identity[],
  wanted: number,
  pause: Pause
): Promise<Identity[] | string> {
  let best: { part: Identity, families: Tracklet[][], separation: number } | undefined
  for (const part of parts) {
    const found = await familiesOf(part, wanted, pause)
    if (found !== undefined && found.separation > (best?.separation ?? 0)) best = { part, ...found }
  }
  if (best === undefined || best.separation < LEAST_SEPARATION) {
    const tracks = Math.max(...parts.map(({ tracklets }) => tracklets.length))
    return tracks < wanted
      ? 'which is one connected region from when it comes to when it goes: nothing shows where to cut it. Take ' +
        'frames in which its parts are seen apart, or a larger --height and --width if they touch in small images only'
      : 'which is one connected region wherever it is seen, and whose tracks are alike in place, size and looks: ' +
        'nothing tells several things apart. Ask for fewer parts, or take frames in which they are seen apart'
  }
  const { at: { length: count } } = best.part
  const divided = best.families.map(family => identityOf(family, count))
  return parts.flatMap(part => part === best.part ? divided : [part])
}

/**
 * Sorts a part's tracks into families, by what varies more between tracks than within.
 * @returns undefined where there are too few tracks, or too few frames in one of the families
 */
async function familiesOf ({ tracklets, extent }: Identity, wanted: number, pause: Pause) {
  const telling = tracklets.filter(({ frames }) => frames.length >= TELLING_TRACK)
  if (telling.length < wanted) return undefined
  const total = telling.reduce((sum, { frames }) => sum + frames.length, 0)
  const scales = scalesOf(telling, extent)
  const featuresOf = (tracklet: Tracklet) => tracklet.regions
    .reduce((sum, region) => rawFeatures(region).map((value, i) => value + (sum[i] ?? 0)), [] as number[])
    .map((value, i) => value / tracklet.regions.length / scales[i]!)
  const features = telling.map(featuresOf)
  const points = telling.flatMap(({ frames }, i) =>
    new Array<number[]>(Math.ceil(POINTS * frames.length / total)).fill(features[i]!))
  const { centres } = await kMeans(points, wanted, createRandom(0, 'divide', wanted), pause)
  if (centres.length < wanted) return undefined
  const families = centres.map((): Tracklet[] => [])
  for (const tracklet of tracklets) {
    const away = centres.map(centre => squaredDistance(featuresOf(tracklet), centre))
    families[away.indexOf(Math.min(...away))]!.push(tracklet)
  }
  const sizes = families.map(family => family.reduce((sum, { frames }) => sum + frames.length, 0))
  if (sizes.some(size => size < Math.max(FEWEST_FRAMES, LEAST_SHARE * total))) return undefined
  const separation = Math.min(...centres.flatMap((a, i) =>
    centres.slice(0, i).map(b => Math.sqrt(squaredDistance(a, b)))))
  return { families, separation }
}

/** Row, column and logarithm of the area, then shares of intensities. */
function rawFeatures ({ row, column, area, looks }: Tracklet['regions'][number]): number[] {
  return [row, column, Math.log(area), ...looks]
}

/** Standard deviations within tracks. All shares of intensities together weigh as much as one other feature. */
function scalesOf (tracklets: readonly Tracklet[], extent: number): number[] {
  const place = PLACE_FLOOR + extent / 4
  const floors = [place, place, AREA_FLOOR]
  const all = tracklets.map(({ regions }) => regions.map(rawFeatures))
  const total = all.reduce((sum, { length }) => sum + length, 0)
  return all[0]![0]!.map((_, i) => {
    const within = all.reduce((sum, rows) => sum + rows.length * varianceOf(rows.map(row => row[i]!)), 0) / total
    return Math.hypot(Math.sqrt(within), floors[i] ?? LOOKS_FLOOR)
  })
}
