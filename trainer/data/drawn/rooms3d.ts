import type { Rooms3dConfig } from '../source-config/drawn.js'
import type { DataSplits } from '../dataset.js'
import { fromHsv, type Colour } from '../table-tennis/canvas.js'
import { openGrid, type Grid } from './grid.js'
import { ROOM_SHAPES, SIDE, traceRoom, type TracedRoom } from './room-rays.js'

const linspace = (low: number, high: number, count: number) =>
  Array.from({ length: count }, (_, i) => low + (high - low) * i / (count - 1))

const HUES = Array.from({ length: 10 }, (_, i) => i / 10)
const SCALES = linspace(0.75, 1.25, 8)
const ORIENTATIONS = linspace(-30, 30, 15)
const hue = { kind: { kind: 'circular', period: 1 }, values: HUES } as const
const colours: readonly Colour[] = HUES.map(hue => fromHsv(hue, 0.8, 1))

const traced = new Map<number, TracedRoom>()

/** Traces a room without its colours, once: all 480 are 26 MB. */
function roomOf (scale: number, shape: number, orientation: number): TracedRoom {
  const key = (scale * ROOM_SHAPES.length + shape) * ORIENTATIONS.length + orientation
  let room = traced.get(key)
  if (room === undefined) {
    room = traceRoom({ scale: SCALES[scale]!, shape, orientation: ORIENTATIONS[orientation]! })
    traced.set(key, room)
  }
  return room
}

const grid: Grid = {
  source: 'rooms3d',
  definition: 1,
  shape: { height: SIDE, width: SIDE, channels: 3 },
  factors: [
    { name: 'floor_hue', ...hue },
    { name: 'wall_hue', ...hue },
    { name: 'object_hue', ...hue },
    { name: 'scale', kind: { kind: 'ordinal' }, values: SCALES },
    { name: 'shape', kind: { kind: 'categorical', names: ROOM_SHAPES }, values: [...ROOM_SHAPES.keys()] },
    { name: 'orientation', kind: { kind: 'real' }, values: ORIENTATIONS },
  ],
  draw ([floor, wall, object, scale, shape, orientation], image, mask) {
    const { light, isObject } = roomOf(scale!, shape!, orientation!)
    const [a, b, c] = [colours[floor!]!, colours[wall!]!, colours[object!]!]
    for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
      const [onFloor, onWall, onObject] = [light[3 * pixel]!, light[3 * pixel + 1]!, light[3 * pixel + 2]!]
      for (let i = 0; i < 3; i++) {
        image[3 * pixel + i] = Math.round(255 * (onFloor * a[i]! + onWall * b[i]! + onObject * c[i]!))
      }
    }
    mask?.set(isObject)
  },
  shapes: ROOM_SHAPES,
  keep: true,
}

/**
 * Draws rooms as those of 3D Shapes (Burgess, Kim, "3D Shapes Dataset", 2018): 64 × 64, RGB, a thing in the middle of a
 * room (see traceRoom) with each combination of 10 hues of the floor, of the walls and of the thing (0, 0.1, … 0.9 of
 * the colour circle, at saturation 0.8), 8 scales linearly spaced in [0.75, 1.25], 4 shapes and 15 orientations of the
 * viewer linearly spaced in [−30, 30] degrees: 480,000 pictures, of which the config takes some by its seed. The mask
 * is the thing.
 * @throws TrainerError PVAE_CONFIG_INVALID for more pictures than there are
 */
export async function openRooms3d (config: Rooms3dConfig): Promise<DataSplits> {
  return openGrid(grid, config)
}
