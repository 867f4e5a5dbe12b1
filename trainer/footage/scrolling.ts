/** Scenes that scroll, as when the camera follows something: most things go the same way at once. */
import type { Box } from './thing.js'

/** Frames over which ways are measured. */
const LAG = 3
/** Pixels from which something moves. */
const MOVING = 1
/** So many things that move at once say something about the scene. */
const FEWEST_THINGS = 3
/** Frames in which so many move, to say how often they go the same way. */
const FEWEST_FRAMES = 30
/** Ways are the same within this share of them, and half a pixel. */
const SAME = 0.2
/** Of the things that move, so many go the same way where the scene scrolls. */
const MOST_THINGS = 0.75
/** Things of their own go the same way in less than a fifth of the frames, also those that fall or march. */
const SCROLLING = 0.4

/**
 * Measures in which share of the frames that show three or more moving things nearly all of them go the same way;
 * undefined where that is seldom, or where there are few such frames.
 * @param boxes by thing and frame
 */
export function measureScrolling (boxes: ReadonlyArray<ReadonlyArray<Box | undefined>>): number | undefined {
  let [frames, alike] = [0, 0]
  for (let n = 0; n + LAG < (boxes[0]?.length ?? 0); n++) {
    const ways = boxes.flatMap(({ [n]: from, [n + LAG]: to }) =>
      from === undefined || to === undefined ? [] : [wayBetween(from, to)]).filter(way => Math.hypot(...way) > MOVING)
    if (ways.length < FEWEST_THINGS) continue
    frames++
    const most = Math.max(...ways.map(a =>
      ways.filter(b => Math.hypot(a[0] - b[0], a[1] - b[1]) <= 0.5 + SAME * Math.hypot(...a)).length))
    if (most >= Math.max(FEWEST_THINGS, MOST_THINGS * ways.length)) alike++
  }
  return frames < FEWEST_FRAMES || alike <= SCROLLING * frames ? undefined : alike / frames
}

function wayBetween (from: Box, to: Box): readonly [rows: number, columns: number] {
  return [(to.top + to.bottom - from.top - from.bottom) / 2, (to.left + to.right - from.left - from.right) / 2]
}
