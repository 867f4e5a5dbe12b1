/** Whether frames are in the order in which they were taken. */
import { createRandom } from '../random/index.js'
import { frameAt, type Frames } from './frames.js'
import type { Pause } from './pause.js'
import { behindOf, type Scene } from './scene.js'

/** Pairs of frames that are compared. */
const PAIRS = 200
/** Fronts of neighbouring frames overlap by so much more than those of any two, as a share of what they could. */
const LEAST_GAIN = 0.15

/**
 * Tells whether what moves is about where it was a frame before. Light and states of the background, which may change
 * slowly in footage without order too, do not count.
 * @param threshold least difference from the still image that counts, in [0, 1]
 */
export async function areInOrder (
  frames: Frames,
  scene: Scene,
  threshold: number,
  seed: number,
  pause: Pause
): Promise<boolean> {
  const random = createRandom(seed, 'footage-order')
  const { count, shape: { height, width, channels } } = frames
  const front = (n: number): Uint8Array => {
    const frame = frameAt(frames, n)
    const { still, light } = behindOf(frame, scene)
    const mask = new Uint8Array(height * width)
    for (let i = 0; i < still.length; i++) {
      if (Math.abs(frame[i]! / light[i % channels]! - still[i]!) > 255 * threshold) mask[Math.floor(i / channels)] = 1
    }
    return mask
  }
  let [near, any] = [0, 0]
  for (let pair = 0; pair < PAIRS; pair++) {
    await pause()
    const n = Math.floor(random.uniform() * (count - 1))
    const mask = front(n)
    near += overlap(mask, front(n + 1)) / PAIRS
    any += overlap(mask, front(Math.floor(random.uniform() * count))) / PAIRS
  }
  return near - any > LEAST_GAIN * (1 - any)
}

/** Intersection over union of two masks; 0 for two that are empty. */
function overlap (a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0]
  for (let p = 0; p < a.length; p++) {
    both += a[p]! & b[p]!
    either += a[p]! | b[p]!
  }
  return either === 0 ? 0 : both / either
}
