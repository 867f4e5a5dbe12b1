/** Where things are while they touch or cover one another: by how they looked before and after. */
import type { Frames } from '../frames.js'
import type { Pause } from '../pause.js'
import { medianOf, quantile } from '../quantiles.js'
import type { Box } from '../thing.js'
import type { DifferenceOf, Noise } from './difference.js'
import type { Mover } from './groups.js'
import { findRegions } from './regions.js'

/** Frames for which a thing is looked for where it was last seen. */
const HOLD = 60
/** Smaller things, in pixels, are not looked for inside of others: anything looks like them. */
const LEAST_AREA = 6
/** Regions of a share of the usual area in this range show a whole thing, alone. */
const [LEAST_WHOLE, MOST_WHOLE] = [0.6, 1.25]
/** A match explains this share of the difference under it at least, and hides at most three quarters. */
const [LEAST_EXPLAINED, LEAST_FREE] = [0.3, 0.25]
/** Squared difference of a pixel that counts at most, 8-bit range. */
const MOST_GAIN = 60 ** 2
/** Frames over which a thing that is not seen is taken to go straight on. */
const MOST_BRIDGE = 12
/** Pixels of a template that are compared, about. */
const COMPARED_PIXELS = 100

interface Segmented {
  readonly pixels: Float32Array
  readonly squared: Float32Array
  readonly labels: Int32Array
}

interface Template {
  readonly height: number
  readonly width: number
  /** Pixels of the thing, relative to the box's corner. */
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  /** [pixels, C] */
  readonly colours: Float32Array
}

/** A thing while its places are completed. */
interface Followed {
  readonly mover: Mover
  readonly places: Array<Box | undefined>
  readonly filled: Array<Template | undefined>
  readonly usualArea: number
  /** Pixels that it is looked for around where it was. */
  readonly radius: number
}

interface Sources {
  readonly frames: Frames
  readonly noise: Noise
  readonly differenceOf: DifferenceOf
  /** Frames at which something else begins: no place is told from the other side of one. */
  readonly shots: ReadonlySet<number>
}

/** Boxes of a thing in the frames that show all of it and nothing else; all its boxes where there are none. */
export function wholeBoxes (mover: Mover): Box[] {
  const followed = follow(mover)
  const all = mover.boxes.flatMap((box, n) => box === undefined ? [] : [{ box, n }])
  const whole = all.filter(({ n }) => isWhole(followed, n))
  return (whole.length > 0 ? whole : all).map(({ box }) => box)
}

/** Completes the boxes of things, forwards, then backwards, then between places near each other. */
export async function followThroughContacts (
  movers: readonly Mover[],
  sources: Sources,
  pause: Pause
): Promise<Array<ReadonlyArray<Box | undefined>>> {
  const followed = movers.map(follow)
  for (const step of [1, -1] as const) await pass(followed, sources, step, pause)
  for (const one of followed) bridge(one, sources.shots)
  return followed.map(({ places }) => places)
}

function follow (mover: Mover): Followed {
  const usualArea = medianOf(mover.areas.filter(area => area > 0))
  const steps: number[] = []
  mover.boxes.forEach((box, n) => {
    const before = n === 0 ? undefined : mover.boxes[n - 1]
    if (box === undefined || before === undefined) return
    steps.push(Math.max(
      Math.abs(box.top + box.bottom - before.top - before.bottom),
      Math.abs(box.left + box.right - before.left - before.right)
    ) / 2)
  })
  return {
    mover,
    places: [...mover.boxes],
    filled: mover.boxes.map(() => undefined),
    usualArea,
    radius: steps.length === 0 ? 3 : Math.min(10, Math.max(2, Math.ceil(1.5 * quantile(steps, 0.95)) + 1)),
  }
}

function isWhole ({ mover: { areas }, usualArea }: Followed, n: number): boolean {
  const share = (areas[n] ?? 0) / usualArea
  return share >= LEAST_WHOLE && share <= MOST_WHOLE
}

async function pass (
  things: readonly Followed[],
  { frames, noise, differenceOf, shots }: Sources,
  step: 1 | -1,
  pause: Pause
): Promise<void> {
  const { count, shape: { channels, width } } = frames
  const segment = createSegment(frames, noise, differenceOf)
  const templates = new Map<string, Template>()
  const templateOf = (i: number, n: number): Template => {
    const key = `${i} ${n}`
    let template = templates.get(key)
    if (template === undefined) {
      const { mover } = things[i]!
      template = cutOut(segment(n), mover.boxes[n]!, new Set(mover.labels[n]), width, channels)
      templates.set(key, template)
    }
    return template
  }
  // Between which two frames a cut is: going forwards it is met at the second, going backwards at the first.
  const isAfterCut = (n: number) => shots.has(step === 1 ? n : n + 1)
  const isBeforeCut = (n: number) => shots.has(step === 1 ? n + 1 : n)
  // The nearest frame ahead in which each thing is seen whole.
  const ahead = things.map(one => {
    const next = new Array<number>(count).fill(-1)
    let latest = -1
    for (let n = step === 1 ? count - 1 : 0; n >= 0 && n < count; n -= step) {
      if (isBeforeCut(n)) latest = -1
      next[n] = latest
      if (isWhole(one, n)) latest = n
    }
    return next
  })
  const lastBox: Array<Box | undefined> = things.map(() => undefined)
  const lastWhole: number[] = things.map(() => -1)
  const missing = things.map(() => Infinity)
  for (let n = step === 1 ? 0 : count - 1; n >= 0 && n < count; n += step) {
    await pause()
    if (isAfterCut(n)) {
      lastBox.fill(undefined)
      lastWhole.fill(-1)
      missing.fill(Infinity)
    }
    const sought = new Map<number, Box>()
    things.forEach((one, i) => {
      if (one.places[n] !== undefined || one.usualArea < LEAST_AREA) return
      const next = ahead[i]![n]!
      if (lastBox[i] !== undefined && missing[i]! <= HOLD) sought.set(i, lastBox[i])
      else if (next >= 0 && Math.abs(next - n) <= HOLD / 2) sought.set(i, one.mover.boxes[next]!)
    })
    const merged = new Set<number>()
    for (const near of [...sought.values()]) {
      things.forEach((other, j) => {
        const box = other.mover.boxes[n]
        if (box === undefined || sought.has(j) || other.filled[n] !== undefined || lastBox[j] === undefined) return
        if (other.mover.areas[n]! <= MOST_WHOLE * other.usualArea || !meets(box, near)) return
        sought.set(j, lastBox[j])
        merged.add(j)
      })
    }
    if (sought.size > 0) {
      place(sought, things, n, segment(n), (i: number) => {
        const next = ahead[i]![n]!
        return [lastWhole[i]!, Math.abs(next - n) <= HOLD ? next : -1].filter(at => at >= 0)
          .map(at => templateOf(i, at))
      }, frames)
    }
    things.forEach((one, i) => {
      if (one.filled[n] !== undefined) lastBox[i] = one.places[n]
      else if (one.mover.boxes[n] !== undefined && !merged.has(i)) {
        lastBox[i] = one.mover.boxes[n]
        missing[i] = 0
        if (isWhole(one, n)) lastWhole[i] = n
        return
      }
      missing[i] = missing[i]! + 1
    })
    if (templates.size > 200) templates.clear()
  }
}

function meets (a: Box, b: Box): boolean {
  return a.top - 1 < b.bottom && b.top < a.bottom + 1 && a.left - 1 < b.right && b.left < a.right + 1
}

function createSegment (frames: Frames, noise: Noise, differenceOf: DifferenceOf): (n: number) => Segmented {
  const recent = new Map<number, Segmented>()
  return n => {
    let found = recent.get(n)
    if (found === undefined) {
      const current = differenceOf(n)
      const { labels } = findRegions(current, noise, frames.shape)
      found = {
        pixels: current.pixels.slice(),
        squared: current.difference.map((value, p) => (labels[p] === 0 ? 0 : value * value)),
        labels,
      }
      if (recent.size > 4) recent.clear()
      recent.set(n, found)
    }
    return found
  }
}

function cutOut (
  { pixels, labels }: Segmented,
  { top, bottom, left, right }: Box,
  members: ReadonlySet<number>,
  width: number,
  channels: number
): Template {
  const rows: number[] = []
  const columns: number[] = []
  const colours: number[] = []
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const p = row * width + column
      if (!members.has(labels[p]!)) continue
      rows.push(row - top)
      columns.push(column - left)
      colours.push(...pixels.subarray(p * channels, (p + 1) * channels))
    }
  }
  return { height: bottom - top, width: right - left, rows, columns, colours: Float32Array.from(colours) }
}

interface Match {
  readonly gain: number
  readonly top: number
  readonly left: number
}

/** Places the things that are sought in a frame, the one that explains most first; each takes its pixels away. */
function place (
  sought: Map<number, Box>,
  things: readonly Followed[],
  n: number,
  segmented: Segmented,
  templatesOf: (i: number) => readonly Template[],
  { shape }: Frames
): void {
  const { height, width } = shape
  const free = new Uint8Array(height * width).fill(1)
  const cover = ({ rows, columns }: Template, top: number, left: number) => {
    for (let k = 0; k < rows.length; k++) free[(top + rows[k]!) * width + left + columns[k]!] = 0
  }
  things.forEach((one, i) => {
    const [template, box] = [one.filled[n], one.places[n]]
    if (template !== undefined) cover(template, box!.top, box!.left)
    else if (box !== undefined && !sought.has(i) && one.mover.areas[n]! <= MOST_WHOLE * one.usualArea) {
      const labels = new Set(one.mover.labels[n])
      for (let p = 0; p < free.length; p++) if (labels.has(segmented.labels[p]!)) free[p] = 0
    }
  })
  const left = new Map(sought)
  while (left.size > 0) {
    let best: { i: number, template: Template, match: Match } | undefined
    for (const [i, near] of left) {
      for (const template of templatesOf(i)) {
        const match = matchTemplate(template, near, things[i]!.radius, segmented, free, shape)
        if (match !== undefined && match.gain > (best?.match.gain ?? 0)) best = { i, template, match }
      }
    }
    if (best === undefined) return
    const { i, template, match } = best
    things[i]!.filled[n] = template
    things[i]!.places[n] = {
      top: match.top,
      bottom: match.top + template.height,
      left: match.left,
      right: match.left + template.width,
    }
    cover(template, match.top, match.left)
    left.delete(i)
  }
}

/** Finds where a template explains most more than the background does: coarsely, then to the pixel. */
function matchTemplate (
  { height: high, width: wide, rows, columns, colours }: Template,
  near: Box,
  radius: number,
  { pixels, squared }: Segmented,
  free: Uint8Array,
  { height, width, channels }: Frames['shape']
): Match | undefined {
  const centreTop = Math.round((near.top + near.bottom - high) / 2)
  const centreLeft = Math.round((near.left + near.right - wide) / 2)
  const stride = Math.max(1, Math.floor(rows.length / COMPARED_PIXELS))
  const clampTop = (top: number) => Math.min(height - high, Math.max(0, top))
  const clampLeft = (left: number) => Math.min(width - wide, Math.max(0, left))
  const at = (top: number, left: number) => {
    let [gain, explainable, seen, compared] = [0, 0, 0, 0]
    for (let k = 0; k < rows.length; k += stride) {
      const p = (top + rows[k]!) * width + left + columns[k]!
      compared++
      if (free[p] === 0) continue
      seen++
      let error = 0
      for (let c = 0; c < channels; c++) error += (pixels[p * channels + c]! - colours[k * channels + c]!) ** 2
      error /= channels
      gain += Math.min(MOST_GAIN, Math.max(-MOST_GAIN, squared[p]! - error))
      explainable += Math.min(MOST_GAIN, squared[p]! + error)
    }
    return { gain: gain * stride, share: gain / (explainable + 1e-6), free: seen / compared, top, left }
  }
  const search = (tops: readonly number[], lefts: readonly number[]) => {
    let best = at(clampTop(tops[0]!), clampLeft(lefts[0]!))
    for (const top of tops) {
      for (const left of lefts) {
        const found = at(clampTop(top), clampLeft(left))
        if (found.gain > best.gain) best = found
      }
    }
    return best
  }
  const around = (centre: number, reach: number, step: number) =>
    Array.from({ length: 2 * Math.floor(reach / step) + 1 }, (_, k) => centre + step * (k - Math.floor(reach / step)))
  const step = radius >= 4 ? 2 : 1
  let best = search(around(centreTop, radius, step), around(centreLeft, radius, step))
  if (step > 1) best = search(around(best.top, 1, 1), around(best.left, 1, 1))
  return best.free < LEAST_FREE || best.share <= LEAST_EXPLAINED ? undefined : best
}

/** Takes a thing that is out of sight for a moment to go straight from place to place. */
function bridge ({ mover: { extent }, places, usualArea, radius }: Followed, shots: ReadonlySet<number>): void {
  if (usualArea < LEAST_AREA) return
  let before = -1
  places.forEach((box, n) => {
    if (shots.has(n)) before = -1
    if (box === undefined) return
    const [from, gap] = [places[before], n - before]
    if (before >= 0 && gap > 1 && gap <= MOST_BRIDGE) {
      const sides = ['top', 'bottom', 'left', 'right'] as const
      const way = Math.max(...sides.map(side => Math.abs(box[side] - from![side])))
      if (way <= gap * radius && way <= 1.5 * extent) {
        for (let k = 1; k < gap; k++) {
          const between = (side: typeof sides[number]) => from![side] + (box[side] - from![side]) * k / gap
          places[before + k] = {
            top: between('top'), bottom: between('bottom'), left: between('left'), right: between('right'),
          }
        }
      }
    }
    before = n
  })
}
