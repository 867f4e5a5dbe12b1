/** Which frames of a clip are taken. */

/** How many frames a clip has, about, and how many of them a second, in the mean. */
export interface FrameCount {
  readonly frames: number
  readonly rate: number
}

/** Every n-th frame, or those of the clip at a constant rate, whatever its own. */
export type Sampling = { readonly every: number } | { readonly rate: number }

/** Frames of a clip that are taken at most where nobody says how many: minutes of training, not hours. */
const MOST_FRAMES = 4000
/** Rates that differ by less are the same: they are written in decimals. */
const SAME_RATE = 1e-3

/** Chooses the frames a second: all of the clip's, or every second, third, … so that 2000 to 4000 are left. */
export function chooseRate ({ frames, rate }: FrameCount): number {
  return rate / Math.max(1, Math.ceil(frames / MOST_FRAMES))
}

/** Finds how frames are taken at a rate: each of them where the clip has no more than that. */
export function samplingAt (rate: number, own: FrameCount): Sampling {
  const every = Math.max(1, Math.round(own.rate / rate))
  return rate >= own.rate || Math.abs(own.rate / rate / every - 1) < SAME_RATE ? { every } : { rate }
}

/** Counts the frames that are taken, about. */
export function sampledFrames (sampling: Sampling, { frames, rate }: FrameCount): number {
  if ('every' in sampling) return Math.ceil(frames / sampling.every)
  return Math.max(1, Math.round(frames / rate * sampling.rate))
}
