import type { Card } from '@partition-vae/models'
import { expected, OutputTooLargeError } from '../errors.js'
import type { ImageOutput } from '../inference/tasks.js'
import type { Limits } from '../limits.js'
import { negotiate } from '../negotiate.js'

/** In the order of preference where a client has none. */
const OFFERS = ['image/png', 'image/webp', 'application/json'] as const
type Offer = typeof OFFERS[number]

const OUTPUTS: Readonly<Record<Offer, ImageOutput>> = {
  'image/png': { arrangement: 'strip', format: 'png' },
  'image/webp': { arrangement: 'strip', format: 'webp' },
  'application/json': { arrangement: 'separate', format: 'png' },
}

/** How `count` images are to leave, by `Accept`. @throws PVAE_NOT_ACCEPTABLE, PVAE_OUTPUT_TOO_LARGE */
export function chooseOutput (accept: string | undefined, count: number, { image }: Card, limits: Limits): { type: Offer, output: ImageOutput } {
  const type = negotiate(accept, OFFERS)
  checkOutput(count * image.height * image.width, limits)
  return { type, output: OUTPUTS[type] }
}

/** @throws PVAE_OUTPUT_TOO_LARGE */
export function checkOutput (pixels: number, { outputPixels }: Limits): void {
  if (pixels <= outputPixels) return
  throw new OutputTooLargeError(expected(`at most ${outputPixels} pixels`, 'the picture', `a request for ${pixels}; ask for fewer images, steps, partitions or less zoom`))
}

/** One picture, or data URLs. */
export function presentFiles (type: Offer, files: readonly Uint8Array[]): Buffer | { images: string[] } {
  const buffers = files.map(({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length))
  return type === 'application/json' ? { images: buffers.map(file => `data:image/png;base64,${file.toString('base64')}`) } : buffers[0]!
}
