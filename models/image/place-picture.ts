import type { Fit, Placement } from './fit.js'
import { place } from './fit.js'
import { isTurned, turnUpright } from './turn.js'
import type { Orientation, Raster, Size } from './picture.js'
import { resample } from './resample.js'

/** How a decoded picture gets into a model's frame. */
export interface Placing {
  readonly frame: Size
  readonly fit: Fit
  readonly orientation: Orientation
  /** Of padding: each channel. */
  readonly background: 0 | 255
}

/** How many times as many pixels a picture has as it is to have, by axis. */
export interface Reduction { readonly x: number, readonly y: number }

/** Tells where a picture goes, before it is turned upright: in its own columns and rows. */
function placeStored (
  { fit, frame, orientation }: Placing, { width, height }: Size
): Pick<Placement, 'from' | 'content'> {
  if (!isTurned(orientation)) return place(fit, { width, height }, frame)
  const { from: { x, y }, content } = place(fit, { width: height, height: width }, frame)
  return { from: { x: y, y: x }, content: { width: content.height, height: content.width } }
}

/** Computes by how much a picture is reduced, in its own columns and rows. */
export function reductionOf (placing: Placing, size: Size): Reduction {
  const { from, content } = placeStored(placing, size)
  return { x: from.x.length / content.width, y: from.y.length / content.height }
}

/**
 * Resamples a picture, turns it upright and pads it: [H, W, 1 or 3]. Turned last there is less to turn, and it changes
 * nothing: the kernel is symmetric, and the passes change places.
 */
export function placePicture (picture: Raster, placing: Placing): Uint8Array {
  const { fit, frame, orientation, background } = placing
  const { from, content } = placeStored(placing, picture)
  const turned = isTurned(orientation)
  const stored = resample(picture, { from, to: content, first: turned ? 'y' : 'x' })
  const upright = turnUpright(stored, { ...content, channels: picture.channels }, orientation)
  const [width, height] = turned ? [content.height, content.width] : [content.width, content.height]
  if (width === frame.width && height === frame.height) return upright
  const { left, top } = place(fit, turned ? { width: picture.height, height: picture.width } : picture, frame)
  const row = width * picture.channels
  const padded = new Uint8Array(frame.width * frame.height * picture.channels).fill(background)
  for (let y = 0; y < height; y++) {
    padded.set(upright.subarray(y * row, (y + 1) * row), ((top + y) * frame.width + left) * picture.channels)
  }
  return padded
}
