/** What changes in place, such as lamps, digits and holes: further states of the background's pixels, and no things. */
import type { Frames } from '../frames.js'
import type { Pause } from '../pause.js'
import { medianOf } from '../quantiles.js'
import type { DifferenceOf, Noise, PixelState } from './difference.js'
import { areaDistance, looksDistance } from './likeness.js'
import { isInPlace, keyOf, overlapAtLag, translationOf } from './movement.js'
import { findRegions } from './regions.js'
import { touches, trackletOf, type Tracklet } from './tracklets.js'

/** Frames that a tracklet lasts for at least, and over which its box has to overlap itself by so much. */
const LEAST_FRAMES = 12
const LEAST_OVERLAP = 0.75
const MOST_TRANSLATION = 1
/** Frames from which a tracklet tells how something moves. */
const LEAST_MOVING = 8
/** What is seen elsewhere in a larger share of the frames is not the same thing. */
const MOST_TOGETHER = 0.3
/** A colour is a pixel's state if it has it in this share of the tracklet's frames there, and of all its frames. */
const [LEAST_AGREEMENT, LEAST_SHARE] = [0.6, 0.3]
/** Frames of a tracklet whose colours are looked at, about. */
const SAMPLED_FRAMES = 60
const MOST_STATES = 3
/** A state has at least so many samples behind it. */
const LEAST_SAMPLES = 8

/** Tracklets that move, and look like nothing else. */
function movesFar (tracklet: Tracklet): boolean {
  return translationOf(tracklet) > 2 + 0.3 * tracklet.extent
}

/**
 * Finds tracklets that stay where they are, or go to and fro between a few places, by place. Those that stay and look
 * like something that moves may be that thing at rest: they count only if it moves elsewhere meanwhile, and nothing
 * that moves comes there or leaves from there.
 */
export function findSwitching (tracklets: readonly Tracklet[]): Tracklet[] {
  const inTurns = tracklets.filter(({ regions }) => isInPlace(regions))
  const others = tracklets.filter(tracklet => !inTurns.includes(tracklet))
  const moving = others.filter(tracklet => tracklet.frames.length >= LEAST_MOVING && movesFar(tracklet))
  const staying = others.filter(tracklet => {
    if (tracklet.frames.length <= LEAST_FRAMES || translationOf(tracklet) > MOST_TRANSLATION) return false
    if (overlapAtLag(tracklet, LEAST_FRAMES) < LEAST_OVERLAP) return false
    const alike = moving.filter(other => looksDistance(other.looks, tracklet.looks) < 0.2 &&
      areaDistance(other.area, tracklet.area) < 0.5 &&
      other.box.every((side, axis) => areaDistance(side, tracklet.box[axis]!) < 0.5))
    if (alike.length === 0) return true
    const elsewhere = new Set(alike.flatMap(({ frames }) => frames))
    const together = tracklet.frames.filter(n => elsewhere.has(n)).length
    return together > MOST_TOGETHER * tracklet.frames.length && !moving.some(other => meet(other, tracklet))
  })
  return [...staying, ...inTurns.flatMap(byPlace)]
}

/** Divides what goes to and fro between places by them; those that it seldom takes are left out. */
function byPlace ({ frames, regions }: Tracklet): Tracklet[] {
  const at = new Map<string, number[]>()
  regions.forEach((region, i) => {
    const own = at.get(keyOf(region))
    if (own === undefined) at.set(keyOf(region), [i])
    else own.push(i)
  })
  return [...at.values()].filter(({ length }) => length >= LEAST_FRAMES)
    .map(own => trackletOf(own.map(i => frames[i]!), own.map(i => regions[i]!)))
}

/** Whether one of two tracklets begins where the other ends, a few frames later at most. */
function meet (a: Tracklet, b: Tracklet): boolean {
  const follows = (first: Tracklet, second: Tracklet) => {
    const gap = second.frames[0]! - first.frames.at(-1)!
    return gap > 0 && gap <= LEAST_MOVING && touches(first.regions.at(-1)!, second.regions[0]!)
  }
  return follows(a, b) || follows(b, a)
}

interface Sources {
  readonly frames: Frames
  readonly noise: Noise
  readonly differenceOf: DifferenceOf
}

/** Finds the colours that pixels take on for long where something switches: none, or up to three states. */
export async function findStates (
  switching: readonly Tracklet[],
  { frames, noise, differenceOf }: Sources,
  pause: Pause
): Promise<PixelState[]> {
  const { shape: { height, width, channels } } = frames
  // Frames whose regions are looked at, and which of them: each frame is compared once.
  const wanted = new Map<number, Array<{ tracklet: number, label: number }>>()
  switching.forEach(({ frames, regions }, tracklet) => {
    const skip = Math.max(1, Math.floor(frames.length / SAMPLED_FRAMES))
    for (let i = 0; i < frames.length; i += skip) {
      wanted.set(frames[i]!, [...wanted.get(frames[i]!) ?? [], { tracklet, label: regions[i]!.label }])
    }
  })
  const seen = switching.map(() => new Map<number, number[][]>())
  for (const [n, entries] of wanted) {
    await pause()
    const { pixels, difference } = differenceOf(n)
    const { labels } = findRegions({ pixels, difference }, noise, frames.shape)
    const byLabel = new Map(entries.map(({ label, tracklet }) => [label, tracklet]))
    for (let p = 0; p < labels.length; p++) {
      const tracklet = byLabel.get(labels[p]!)
      if (tracklet === undefined) continue
      const colours = seen[tracklet]!.get(p)
      const colour = Array.from(pixels.subarray(p * channels, (p + 1) * channels))
      if (colours === undefined) seen[tracklet]!.set(p, [colour])
      else colours.push(colour)
    }
  }
  const candidates = new Map<number, number[][]>()
  switching.forEach(({ frames }, i) => {
    const skip = Math.max(1, Math.floor(frames.length / SAMPLED_FRAMES))
    for (const [p, colours] of seen[i]!) {
      const middle = medianColour(colours)
      const agreeing = colours.filter(colour => distance(colour, middle) <= noise.thresholds[p]!).length
      if (agreeing < LEAST_AGREEMENT * colours.length) continue
      if (agreeing * skip < Math.max(LEAST_FRAMES, LEAST_SHARE * frames.length)) continue
      const all = candidates.get(p) ?? []
      for (let k = 0; k < agreeing * skip; k++) all.push(middle)
      candidates.set(p, all)
    }
  })
  const states: Float32Array[] = []
  for (const [p, colours] of candidates) {
    // All differ from what is behind in their frames, which another still image may be in other frames.
    const known: number[][] = []
    while (known.length < MOST_STATES) {
      const far = colours.filter(colour =>
        known.every(other => distance(colour, other) > noise.thresholds[p]!))
      if (far.length < LEAST_SAMPLES) break
      known.push(medianColour(far))
    }
    known.forEach((colour, k) => {
      states[k] ??= new Float32Array(height * width * channels).fill(NaN)
      states[k].set(colour, p * channels)
    })
  }
  return states.map(colours => ({ colours }))
}

function medianColour (colours: ReadonlyArray<readonly number[]>): number[] {
  return colours[0]!.map((_, c) => medianOf(colours.map(colour => colour[c]!)))
}

function distance (a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, value, c) => sum + (value - b[c]!) ** 2, 0) / a.length)
}
