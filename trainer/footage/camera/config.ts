/** What the model of footage is given of a camera that moves: things where frames show them, and a wider background. */
import type { ImageShape } from '@partition-vae/models'
import type { Scene } from '../scene.js'
import type { Box } from '../thing.js'
import type { Camera } from './find.js'

interface Tracked { readonly boxes: ReadonlyArray<Box | undefined> }

/**
 * Moves boxes from where things are in the scene to where the frames show them, and adds the camera as one thing more:
 * the place that the middle of the image has moved to.
 */
export function boxesInFrames (
  things: readonly Tracked[],
  { shifts }: Pick<Camera, 'shifts'>,
  { height, width }: ImageShape
): Tracked[] {
  const middle: Box = { top: height / 2, bottom: height / 2, left: width / 2, right: width / 2 }
  return [...things, { boxes: shifts.map(() => middle) }].map(({ boxes }) => ({
    boxes: boxes.map((box, n) => {
      const [row, column] = shifts[n]!
      return box && { top: box.top + row, bottom: box.bottom + row, left: box.left + column, right: box.right + column }
    }),
  }))
}

/** The canvas with the still image that most frames show in its middle: 8 bit, as the canvas. */
export function stillCanvas ({ canvas }: Pick<Camera, 'canvas'>, { shape, stills: [still] }: Scene): Uint8Array {
  const { height, width, channels } = shape
  const { margin: [rows, columns], shape: { width: wide } } = canvas
  const image = canvas.image.slice()
  for (let row = 0; row < height; row++) {
    const line = still!.subarray(row * width * channels, (row + 1) * width * channels)
    image.set(line, ((row + rows) * wide + columns) * channels)
  }
  return image
}
