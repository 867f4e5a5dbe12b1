/** Cuts to another picture: most pixels change at once, whatever the light does, and stay changed. */
import { frameAt, nameFrames, type Frames } from './frames.js'
import type { Pause } from './pause.js'
import { lightOf } from './scene.js'

/** The picture before has to differ from so many frames later too, and that after from so many before: flashes pass. */
const LATER = [4, 8, 20]
/** A pixel is another where it differs by more (8-bit range). */
const OTHER = 20
/** Light that changes one channel so many times as much as another is no light. */
const MOST_TINT = 4
/** Of a cut, at least so much of the picture is another. */
const LEAST_SHARE = 0.5

/**
 * Finds cuts in frames that follow one another.
 * @returns the first frame after each, of the frames given; where most of the picture changes all the time, each time
 */
export async function findCuts (frames: Frames, pause: Pause): Promise<number[]> {
  const { channels } = frames.shape
  const [changes, cuts]: [number[], number[]] = [[], []]
  const isOther = (before: number, after: number) =>
    shareOf(frameAt(frames, before), frameAt(frames, after), channels) >= LEAST_SHARE
  const last = frames.count - 1
  for (let n = 1; n <= last; n++) {
    await pause()
    if (!isOther(n - 1, n)) continue
    changes.push(n)
    if (!LATER.every(k => isOther(n - 1, Math.min(last, n + k)) && isOther(Math.max(0, n - 1 - k), n))) continue
    // A picture that comes back is a state of one scene.
    if (cuts.length > 0 && !isOther(cuts.at(-1)! - 1, n)) cuts.pop()
    else cuts.push(n)
  }
  // So is one that comes again and again.
  const once = cuts.filter(n => cuts.every(other => other === n || isOther(other, n)))
  return isMixed(changes, frames.count) ? changes : once
}

/** Computes the share of the pixels of two pictures that differ, in the same light. */
function shareOf (before: Uint8Array, after: Uint8Array, channels: number): number {
  const light = lightOf(after, before, channels)
  if (Math.max(...light) > MOST_TINT * Math.min(...light)) return 1
  let others = 0
  for (let at = 0; at < before.length; at += channels) {
    for (let c = 0; c < channels; c++) {
      if (Math.abs(after[at + c]! / light[c]! - before[at + c]!) <= OTHER) continue
      others++
      break
    }
  }
  return others * channels / before.length
}

/** Clips are mixed where most of the picture changes in more of the frames. */
const MIXED_SHARE = 0.25
/** Of more cuts, only the number is told. */
const MOST_NAMED = 8

/** Says what cuts there are, in a whole sentence. */
export function describeCuts (cuts: readonly number[], frames: Frames): string | undefined {
  if (cuts.length === 0) return undefined
  const { count } = frames
  if (isMixed(cuts, count)) {
    return `most of the picture changes in ${cuts.length} of ${count} frames: clips seem to be mixed, or frames out of ` +
      'order; train on one clip at a time, with its files named in order'
  }
  const more = cuts.length > MOST_NAMED ? ` and ${cuts.length - MOST_NAMED} more` : ''
  return `${cuts.length === 1 ? 'a cut' : `${cuts.length} cuts`} to another scene at ` +
    `${nameFrames(frames, cuts.slice(0, MOST_NAMED))}${more}: train on one scene, or expect its ` +
    "things and the others' in partitions of their own"
}

function isMixed (changes: readonly number[], count: number): boolean {
  return changes.length > MIXED_SHARE * count
}
