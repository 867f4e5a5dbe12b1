/** Finds things in frames that are in order: by common fate. */
import type { Frames } from '../frames.js'
import type { Pause } from '../pause.js'
import type { Scene } from '../scene.js'
import { placeOf, type Box, type Thing } from '../thing.js'
import type { PixelState } from './difference.js'
import { findMovers, type Explanation, type LeftOver, type MoverOptions, type MovingThing } from './movers.js'

/** A thing, and where it is in each of the frames. */
export interface TrackedThing extends Thing {
  readonly boxes: ReadonlyArray<Box | undefined>
}

/** How things are told by how they move. */
export interface MotionCues {
  readonly by: 'motion'
  readonly things: readonly TrackedThing[]
  /** States that pixels of the background take on besides the still images. */
  readonly states: number
  readonly pixelStates: readonly PixelState[]
  /** Share of what differs from the still image that is in no thing. */
  readonly unexplained: number
  /** By frame, the regions of which that is most. */
  readonly rest: ReadonlyArray<readonly LeftOver[]>
  /** Things that stand out beyond as many as were asked for. */
  readonly more: number
}

/** Cues from which things can still be divided. */
export interface DivisibleCues extends MotionCues {
  /**
   * Finds the things anew where some are several: by index, into how many parts each of them falls.
   * @returns as many entries as there were things: itself, or its parts, those of most energy first
   * @throws TrainerError PVAE_CONFIG_INVALID for --split, naming the thing that does not fall into so many
   */
  readonly divide: (parts: ReadonlyMap<number, number>) => Promise<Explanation<readonly TrackedThing[]>>
}

/** Finds the things that move, those of most energy first. */
export async function findByMotion (
  frames: Frames,
  scene: Scene,
  options: MoverOptions,
  pause: Pause
): Promise<DivisibleCues> {
  const { things, states, unexplained, rest, more, divide } = await findMovers(frames, scene, options, pause)
  return {
    by: 'motion',
    things: things.map(thing => describe(thing)),
    states: states.length,
    pixelStates: states,
    unexplained,
    rest,
    more,
    async divide (parts) {
      const { things, ...left } = await divide(parts, pause)
      return { ...left, things: things.map(group => group.map(thing => describe(thing))) }
    },
  }
}

function describe ({ mover, places, whole, energy }: MovingThing): TrackedThing {
  const known = places.filter(box => box !== undefined)
  return {
    ...placeOf(known),
    extent: placeOf(whole).extent,
    colour: mover.colour.map(value => value / 255),
    boxes: places,
    seen: known.length / mover.boxes.length,
    energy,
  }
}
