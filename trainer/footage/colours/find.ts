/** Finds things in frames of any order: by their colours, and by what blobs of one colour are told apart by. */
import { frameAt, type Frames } from '../frames.js'
import type { Pause } from '../pause.js'
import type { Scene } from '../scene.js'
import type { Box } from '../thing.js'
import { findBlobs, type Blob } from './blobs.js'
import { classifyColours, kindOf, type ColourClass } from './kinds.js'
import { findPalette } from './palette.js'
import { findThings, type ColouredThing } from './things.js'

/** How things are told by their colours. */
export interface ColourCues {
  readonly by: 'colours'
  /** Colours of what moves, [k][C] in [0, 1]. */
  readonly palette: ReadonlyArray<readonly number[]>
  /** How the blobs of each colour are told apart. */
  readonly classes: readonly ColourClass[]
  readonly things: readonly ColouredThing[]
}

export interface ColourOptions {
  readonly scene: Scene
  /** Least difference that counts, in [0, 1]. */
  readonly threshold: number
  readonly seed: number
}

/** Finds the things that move, those of most energy first. */
export async function findByColours (
  frames: Frames,
  { scene, threshold, seed }: ColourOptions,
  pause: Pause
): Promise<ColourCues> {
  const palette = await findPalette(frames, scene, threshold, seed, pause)
  const blobs: Blob[][] = []
  for (let n = 0; n < frames.count; n++) {
    await pause()
    blobs.push(findBlobs(frameAt(frames, n), { scene, threshold, palette }))
  }
  const classes = await classifyColours(blobs, palette.length, frames.shape, seed, pause)
  return { by: 'colours', palette, classes, things: findThings(blobs, classes, palette, frames.shape) }
}

/** The box of each thing in a frame, of its extent around where its largest part is; undefined where that is unsure. */
export function boxesByColours (
  { palette, classes, things }: ColourCues,
  frame: Uint8Array,
  { scene, threshold }: Pick<ColourOptions, 'scene' | 'threshold'>
): Array<Box | undefined> {
  const blobs = findBlobs(frame, { scene, threshold, palette })
  return things.map(({ parts: [part], extent: [height, width] }) => {
    const { colour, kind, offset } = part!
    const found = blobs.filter(blob => blob.colour === colour && kindOf(blob, classes[colour]!, scene.shape) === kind)
    if (found.length !== 1) return undefined
    const [row, column] = [found[0]!.row + offset[0], found[0]!.column + offset[1]]
    return { top: row - height / 2, bottom: row + height / 2, left: column - width / 2, right: column + width / 2 }
  })
}
