/** Looks at some frames before the size is chosen that all are brought to: how small is what moves in them? */
import type { Size } from '../config/choose-size.js'
import { createPause } from '../footage/pause.js'
import { measureSmallestThing, type ThingSizes } from '../footage/smallest-thing.js'
import { RunInterrupted } from './interrupted.js'
import type { RunContext } from './observer.js'

export type FrameSource =
  | { readonly directory: string }
  /** A clip, and how many of its frames are taken a second. */
  | { readonly file: string, readonly rate: number }

/** Frames that are looked at, and pixels of each: seconds on one core. */
const [MOST_FRAMES, MOST_PIXELS] = [200, 36_000]
/** All pixels of the files that are decoded for that, at most; large ones take a while. */
const MOST_DECODED = 3e8
/** Fewer frames say nothing. */
const FEWEST_FRAMES = 64

/**
 * Finds the smallest thing that moves in footage, in pixels of the images' usual size.
 * @returns undefined for what is no footage: names without numbers, frames in no order, few of them, a camera that
 * moves
 * @throws RunInterrupted; as what reads frames
 */
export async function lookForSmallest (
  source: FrameSource,
  usual: Size,
  { observer, signal }: RunContext
): Promise<ThingSizes | undefined> {
  const pixels = usual.height * usual.width
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / pixels))
  const shape = {
    height: Math.max(1, Math.round(scale * usual.height)),
    width: Math.max(1, Math.round(scale * usual.width)),
    channels: 3,
  }
  const most = Math.max(FEWEST_FRAMES, Math.min(MOST_FRAMES, Math.floor(MOST_DECODED / pixels)))
  const options = { shape, most, fewest: FEWEST_FRAMES, signal, onDecoding: () => observer.onSizing?.() }
  try {
    const { sampleClip, sampleFolder } = await import('../data/sample-frames.js')
    const frames = 'file' in source
      ? await sampleClip(source.file, source.rate, options)
      : await sampleFolder(source.directory, options)
    const found = frames === undefined ? undefined : await measureSmallestThing(frames, 0, createPause(signal))
    if (found === undefined) return undefined
    // Of reduced frames the pixels around a thing are blends with it, and count.
    const blended = 2 * (1 - scale)
    return {
      things: found.things,
      height: Math.max(1, found.height - blended) * usual.height / shape.height,
      width: Math.max(1, found.width - blended) * usual.width / shape.width,
    }
  } catch (error) {
    throw signal.aborted && error === signal.reason ? new RunInterrupted({ at: 'before training' }) : error
  }
}
