import { defaultZoom, measureGrid, type Card, type GridOptions } from '@partition-vae/models'
import { expected, OutputTooLargeError } from '../foundation/errors.js'
import type { OutputFormat } from '../image/codec.js'
import type { ImageOutput } from '../inference/tasks.js'
import type { Limits } from '../settings/limits.js'
import { negotiate } from '../foundation/negotiate.js'
import type { FilesFormat } from '../schemas/pictures.js'

/** By `format`, in the order of preference where a client has none. */
const PICTURES = { png: 'image/png', webp: 'image/webp' } as const
const FILES = { ...PICTURES, json: 'application/json' } as const
type FilesType = typeof FILES[FilesFormat]

const OUTPUTS: Readonly<Record<FilesType, ImageOutput>> = {
  'image/png': { arrangement: 'strip', format: 'png' },
  'image/webp': { arrangement: 'strip', format: 'webp' },
  'application/json': { arrangement: 'separate', format: 'png' },
}

interface Asked<F> {
  readonly headers: { readonly accept?: string | undefined }
  readonly query: { readonly format?: F | undefined }
}

/** One picture, by the query's `format`, else by `Accept`. @throws PVAE_NOT_ACCEPTABLE */
export function choosePicture ({ headers, query }: Asked<OutputFormat>): OutputFormat {
  return query.format ?? (negotiate(headers.accept, Object.values(PICTURES)) === PICTURES.webp ? 'webp' : 'png')
}

/** One picture or data URLs, by the query's `format`, else by `Accept`. @throws PVAE_NOT_ACCEPTABLE */
export function chooseFiles ({ headers, query }: Asked<FilesFormat>): { type: FilesType, output: ImageOutput } {
  const type = query.format === undefined ? negotiate(headers.accept, Object.values(FILES)) : FILES[query.format]
  return { type, output: OUTPUTS[type] }
}

/** @throws PVAE_OUTPUT_TOO_LARGE */
export function checkOutput (pixels: number, { outputPixels }: Limits): void {
  if (pixels <= outputPixels) return
  throw new OutputTooLargeError(
    expected(
      `at most ${outputPixels} pixels`,
      'the picture',
      `a request for ${pixels}; ask for fewer images, steps, partitions or less zoom`
    )
  )
}

/**
 * A grid of `count` tiles, before any of them is computed. @throws PVAE_OUTPUT_TOO_LARGE; ModelError
 * PVAE_INVALID_PARAMETER
 */
export function checkGrid (
  count: number,
  { image }: Card,
  options: GridOptions & { zoom: number },
  limits: Limits
): void {
  const { height, width } = measureGrid(count, image, options)
  checkOutput(height * width, limits)
}

/**
 * Latents that are made here, `count` of D numbers: they are bounded as those that come in are, by bytes. @throws
 * PVAE_OUTPUT_TOO_LARGE
 */
export function checkLatents (count: number, { latentSize }: Card, { requestBytes }: Limits): void {
  const most = Math.floor(requestBytes / Float32Array.BYTES_PER_ELEMENT / latentSize)
  if (count > most) {
    throw new OutputTooLargeError(
      expected(`at most ${most} latents`, 'the picture', `a request for ${count}; ask for fewer steps or partitions`)
    )
  }
}

export function zoomOf ({ image }: Card, { zoom }: { readonly zoom?: number | undefined }): number {
  return zoom ?? defaultZoom(image)
}

/** Wraps the bytes that a worker wrote, without a copy. */
export function toBuffer ({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length)
}

/** One picture, or data URLs. */
export function presentFiles (type: FilesType, files: readonly Uint8Array[]): Buffer | { images: string[] } {
  const buffers = files.map(toBuffer)
  return type === 'application/json'
    ? { images: buffers.map(file => `data:image/png;base64,${file.toString('base64')}`) }
    : buffers[0]!
}
