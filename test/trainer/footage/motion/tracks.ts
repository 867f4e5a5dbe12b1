import type { Region } from '../../../../trainer/footage/motion/regions.js'
import { trackletOf, type Tracklet } from '../../../../trainer/footage/motion/tracklets.js'

export interface DrawnTrack {
  readonly from: number
  readonly to: number
  /** Centre in frame n: row, column. */
  readonly at: (n: number) => readonly [number, number]
  /** Height and width, in pixels, of all frames or of each. */
  readonly size?: readonly [number, number] | ((n: number) => readonly [number, number])
  /** Share of its pixels that are of the first of two intensities. */
  readonly look?: number
}

/** A tracklet of a box that goes where it is told. */
export function drawTrack ({ from, to, at, size = [4, 4], look = 1 }: DrawnTrack): Tracklet {
  const frames = Array.from({ length: to - from }, (_, i) => from + i)
  return trackletOf(frames, frames.map((n): Region => {
    const [row, column] = at(n)
    const [height, width] = typeof size === 'function' ? size(n) : size
    return {
      label: 1,
      top: row - height / 2,
      bottom: row + height / 2,
      left: column - width / 2,
      right: column + width / 2,
      row,
      column,
      area: height * width,
      energy: height * width,
      looks: Float32Array.of(look, 1 - look),
      colour: [255 * look],
    }
  }))
}
