import type { Span } from './taps.js'
import type { Size } from './picture.js'

/** `fill` stretches, `contain` pads, `cover` crops the middle. */
export type Fit = 'fill' | 'contain' | 'cover'

/** The place of a picture in its frame, and the part of the picture that is shown there. */
export interface Placement {
  /** The part of the picture that is used, in its own pixels: not always whole ones. */
  readonly from: { readonly x: Span, readonly y: Span }
  /** The size that this part becomes. */
  readonly content: Size
  /** Columns to the left of it, and rows above, that are padding. */
  readonly left: number
  readonly top: number
}

/** To the nearest, halves to the even: as Python does, so that sizes are Pillow's. */
function round (value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest === 0.5 ? floor + floor % 2 : rest < 0.5 ? floor : floor + 1
}

/**
 * Places an upright picture in a frame, as Pillow's `resize`, `ImageOps.pad` and `ImageOps.fit` do:
 * `fill`: all of it, stretched.
 * `contain`: the side that is relatively longer gets the frame's; the other one is rounded (halves to the even; at
 * least 1). Padding is shared by both sides: half of it, rounded likewise, before.
 * `cover`: the largest part of the frame's proportions, from the middle, which may cut through pixels.
 */
export function place (fit: Fit, picture: Size, frame: Size): Placement {
  const from = { x: { start: 0, length: picture.width }, y: { start: 0, length: picture.height } }
  // Compared without rounding: products of such integers are exact.
  const wider = picture.width * frame.height - picture.height * frame.width
  if (fit === 'fill' || wider === 0) return { from, content: frame, left: 0, top: 0 }
  if (fit === 'contain') {
    const content = wider > 0
      ? { width: frame.width, height: Math.max(1, round(picture.height / picture.width * frame.width)) }
      : { width: Math.max(1, round(picture.width / picture.height * frame.height)), height: frame.height }
    const [left, top] = [round((frame.width - content.width) / 2), round((frame.height - content.height) / 2)]
    return { from, content, left, top }
  }
  const middle = (all: number, length: number): Span => ({ start: (all - length) / 2, length })
  return {
    from: wider > 0
      ? { ...from, x: middle(picture.width, frame.width / frame.height * picture.height) }
      : { ...from, y: middle(picture.height, picture.width / (frame.width / frame.height)) },
    content: frame,
    left: 0,
    top: 0,
  }
}
